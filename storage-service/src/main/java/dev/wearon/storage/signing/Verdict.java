package dev.wearon.storage.signing;

/** The result of a verification. */
public sealed interface Verdict<P extends Permission> {

    record Granted<P extends Permission>(P permission) implements Verdict<P> {}

    /** The signature is valid, but its time is over. */
    record Expired<P extends Permission>() implements Verdict<P> {}

    /** Not signed with a known key, or changed after signing. It does not tell what was changed. */
    record Invalid<P extends Permission>() implements Verdict<P> {}
}
