package dev.wearon.credits.charges;

/** What became of a release; the words of {@code credits.release} in lower case. */
enum ReleaseOutcome {
    /** Given back by this call. */
    RELEASED,
    /** Given back by an earlier call. */
    ALREADY_RELEASED,
    /** There was no charge, and now there can never be one. Repeats answer the same. */
    NEVER_CHARGED,
    /** The id is another store's; nothing changed. */
    FOREIGN
}
