package dev.wearon.storage.signing;

/** The result of a verification. */
public sealed interface Verdict<P extends Permission> {

    record Granted<P extends Permission>(P permission) implements Verdict<P> {}

    /** The signature is valid, but the URL has expired. */
    record Expired<P extends Permission>() implements Verdict<P> {}

    /** The URL was not signed with a known key, or was changed. The verdict does not name the wrong part. */
    record Invalid<P extends Permission>() implements Verdict<P> {}
}
