package dev.wearon.credits.charges;

/** The result of a charge. {@code credits.charge} returns these names in lower case. */
enum ChargeOutcome {
    /** Charged by this call. */
    CHARGED,
    /** Charged by an earlier call with this id and not released. */
    REPLAYED,
    /** Released already, perhaps before the charge arrived. This id can never be charged. */
    RELEASED,
    /** The wallet holds less than the amount. No charge and no movement was written. */
    INSUFFICIENT,
    /** The charge would exceed the daily cap of the store. No charge and no movement was written. */
    DAILY_CAP_REACHED,
    /** The id belongs to another store or was charged by another issuer. Nothing changed. */
    FOREIGN,
    /** The id was charged with another amount. Nothing changed. */
    OTHER_AMOUNT
}
