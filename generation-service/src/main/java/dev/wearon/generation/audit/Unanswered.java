package dev.wearon.generation.audit;

/** A neighbour is away, too slow, or refused: nothing can be said, and its refusal is none of our caller's. */
final class Unanswered extends RuntimeException {

    Unanswered(Throwable cause) {
        super("A neighbour gave no usable answer", cause);
    }
}
