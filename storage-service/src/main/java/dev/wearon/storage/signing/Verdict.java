package dev.wearon.storage.signing;

/** What a signature is worth. */
public sealed interface Verdict<P extends Permission> {

    record Granted<P extends Permission>(P permission) implements Verdict<P> {}

    /** The signature is ours, its time is over. */
    record Expired<P extends Permission>() implements Verdict<P> {}

    /** Not signed by us, or something was changed; it is not said what. */
    record Invalid<P extends Permission>() implements Verdict<P> {}
}
