package dev.wearon.generation.models;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Turns photos and a prompt into a picture. */
public interface ImageModel {

    /**
     * Foreseeable problems are an {@link Outcome}, not a failure. The outcome may arrive on a thread of the model, never on the
     * caller's event loop. Cancelling ends the wait; the work may go on.
     */
    Uni<Outcome> render(Request request);

    /**
     * @param sessionId the session of the picture, for logs
     * @param images the bytes as stored, 1 to 10: the person first, the garment second, then accessories
     * @param prompt the caller's words; a model may ignore them
     */
    record Request(UUID sessionId, List<byte[]> images, String prompt) {}

    sealed interface Outcome {

        /** A finished picture without metadata. */
        record Picture(byte[] jpeg) implements Outcome {}

        /** Moderation refused the request. A retry gives the same result. */
        record Blocked() implements Outcome {}

        /** The picture is not possible now. {@code why} is for the log. */
        record Retryable(Duration after, String why) implements Outcome {}

        /**
         * The picture is not possible with these images.
         *
         * @param message for the shopper: which picture is meant, what is wrong, and what helps; whole sentences
         * @param why for the log
         */
        record BadImage(String message, String why) implements Outcome {}

        /** The picture is not possible. {@code why} is for the log. */
        record Failed(Reason reason, String why) implements Outcome {}
    }

    /** Each becomes the {@code error_code} of the failed session. */
    enum Reason {
        MODEL_UNAVAILABLE,
        INTERNAL
    }
}
