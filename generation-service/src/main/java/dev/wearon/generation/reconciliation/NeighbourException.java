package dev.wearon.generation.reconciliation;

/** Another service gave no usable answer. It wraps that service's refusal, which the caller must not get. */
final class NeighbourException extends RuntimeException {

    NeighbourException(Throwable cause) {
        super("Another service gave no usable answer", cause);
    }
}
