package dev.wearon.credits.charges;

/** What became of a charge; the words of {@code credits.charge} in lower case. */
enum ChargeOutcome {
    /** Taken by this call. */
    CHARGED,
    /** Taken by an earlier call with this id and not given back. */
    REPLAYED,
    /** Given back, or released before it came: this id can never be charged. */
    RELEASED,
    /** The wallet holds less than the amount; no charge, no movement. */
    INSUFFICIENT,
    /** The id is another store's, or another issuer charged it; nothing changed. */
    FOREIGN,
    /** The id was charged with another amount; nothing changed. */
    OTHER_AMOUNT
}
