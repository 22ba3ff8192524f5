package dev.wearon.gateway.ledger;

import dev.wearon.http.Problem;

/** What became of a call that writes to the ledger. */
public sealed interface Answer<T> {

    record Done<T>(T value) implements Answer<T> {}

    /** The ledger refused the call. Nothing changed. */
    record Refused<T>(Problem problem) implements Answer<T> {}

    /**
     * The ledger did not answer, or failed: the write may or may not have happened. A repeat with the same ids is safe.
     *
     * @param cause for the log
     */
    record Unknown<T>(Throwable cause) implements Answer<T> {}
}
