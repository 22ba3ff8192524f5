package dev.wearon.generation.models;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Turns photos and a prompt into a picture. */
public interface ImageModel {

    /**
     * Never fails for a foreseeable reason: that is an {@link Outcome}. The outcome may arrive on a thread of the model,
     * never on the caller's event loop; cancelling gives up waiting, and need not stop the work.
     */
    Uni<Outcome> render(Request request);

    /**
     * @param sessionId whom the picture is for, to be named in logs
     * @param images the bytes as stored, 1 to 10: the person first, the garment second, accessories after
     * @param prompt the caller's words; whether they are understood is the model's affair
     */
    record Request(UUID sessionId, List<byte[]> images, String prompt) {}

    sealed interface Outcome {

        /** A finished picture without metadata. */
        record Picture(byte[] jpeg) implements Outcome {}

        /** Refused by moderation; asking again is pointless. */
        record Blocked() implements Outcome {}

        /** Not now; {@code why} is for the log. */
        record Retryable(Duration after, String why) implements Outcome {}

        /** Not ever with these inputs; {@code why} is for the log. */
        record Failed(Reason reason, String why) implements Outcome {}
    }

    /** Named as the {@code error_code} of the session that fails for it. */
    enum Reason {
        BAD_IMAGE,
        MODEL_UNAVAILABLE,
        INTERNAL
    }
}
