package dev.wearon.credits.charges;

/** The result of a release. {@code credits.release} returns these names in lower case. */
enum ReleaseOutcome {
    /** Released by this call. */
    RELEASED,
    /** Released by an earlier call. */
    ALREADY_RELEASED,
    /** There was no charge, and this id can never be charged. Repeats get the same outcome. */
    NEVER_CHARGED,
    /** The id belongs to another store. Nothing changed. */
    FOREIGN
}
