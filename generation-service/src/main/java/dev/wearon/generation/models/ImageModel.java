package dev.wearon.generation.models;

import dev.wearon.generation.garments.GarmentType;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Turns photos and a prompt into a picture. */
public interface ImageModel {

    /**
     * Foreseeable problems are an {@link Outcome}, not a failure. The outcome may arrive on a thread of the model, never on the
     * caller's event loop. Cancelling ends the wait, and soon the work in this process.
     */
    Uni<Outcome> render(Request request);

    /** Known in every process, also in one that makes no pictures. */
    Capabilities capabilities();

    /**
     * What the model can do at all. A create that needs more is refused before its charge.
     *
     * @param fewestImages 1 for a model that needs no garment, otherwise 2
     * @param paid whether each picture costs money, also one that nobody waits for any more
     */
    record Capabilities(int fewestImages, Set<GarmentType> garmentTypes, boolean paid) {

        /**
         * @param garmentType as sent; empty if the model is to judge it
         * @return why the model cannot make the picture, for the client; empty if it may be possible
         */
        public Optional<String> refusal(int images, Optional<GarmentType> garmentType) {
            if (images < fewestImages) {
                return Optional.of("image_urls must have at least %d entries: the person and the garment."
                        .formatted(fewestImages));
            }
            return garmentType
                    .filter(type -> !garmentTypes.contains(type))
                    .map(type -> "garment_type %s is not possible with the image model of this server; possible: %s."
                            .formatted(type.wire(), GarmentType.names(garmentTypes)));
        }
    }

    /**
     * @param sessionId the session of the picture, for logs
     * @param images the bytes as stored, 1 to 10: the person first, the garment second, then accessories
     * @param prompt the caller's words; a model may ignore them
     * @param garmentType empty if the model is to judge it from the picture of the garment
     */
    record Request(UUID sessionId, List<byte[]> images, String prompt, Optional<GarmentType> garmentType) {}

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

        /** The attempt ends without a trace, like that of a worker that died. Only a scenario forces it. */
        record GivenUp() implements Outcome {}

        /** The picture is not possible. {@code why} is for the log. */
        record Failed(Reason reason, String why) implements Outcome {}
    }

    /** Each becomes the {@code error_code} of the failed session. */
    enum Reason {
        MODEL_UNAVAILABLE,
        INTERNAL
    }
}
