package dev.wearon.generation.reconciliation;

/** A neighbour is away, too slow, or refused: nothing can be said, and its refusal is none of our caller's. */
final class NeighbourException extends RuntimeException {

    NeighbourException(Throwable cause) {
        super("A neighbour gave no usable answer", cause);
    }
}
