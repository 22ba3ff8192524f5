package dev.wearon.generation.reconciliation;

/** Another service gave no usable answer. Wrapped, so that its refusal does not reach the caller as its own. */
final class NeighbourException extends RuntimeException {

    NeighbourException(Throwable cause) {
        super("Another service gave no usable answer", cause);
    }
}
