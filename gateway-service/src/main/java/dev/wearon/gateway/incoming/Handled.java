package dev.wearon.gateway.incoming;

/** What became of a webhook. A reason is for the operator, at most 200 characters, and holds nothing personal. */
public sealed interface Handled {

    record Done() implements Handled {}

    /** There was nothing to do. */
    record Ignored(String reason) implements Handled {}

    /** It cannot be done yet, so it is repeated with a growing delay. */
    record Later(String reason) implements Handled {}
}
