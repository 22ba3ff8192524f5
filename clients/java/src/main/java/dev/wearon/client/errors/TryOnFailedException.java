package dev.wearon.client.errors;

import dev.wearon.client.model.Generation;
import java.util.Objects;

/** The try-on ended without a picture. Its message is a text for the shopper, and its credit comes back. */
public final class TryOnFailedException extends WearOnException {

    private static final long serialVersionUID = 1;

    private final transient Generation generation;
    private final int creditsRefunded;

    public TryOnFailedException(Generation generation) {
        super(
                Objects.requireNonNullElse(generation.errorCode(), "INTERNAL"),
                Objects.requireNonNullElse(generation.errorMessage(), "The try-on failed."),
                Facts.NONE.orRequestId(generation.requestId()).orSessionId(generation.sessionId()),
                null);
        this.generation = generation;
        this.creditsRefunded = generation.creditsRefunded();
    }

    /** The failed try-on. Null after serialization, because it has URLs. */
    public Generation generation() {
        return generation;
    }

    /** The credits that had come back when the error was made. A refund follows the failure, usually within a second. */
    public int creditsRefunded() {
        return creditsRefunded;
    }
}
