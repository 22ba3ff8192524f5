package dev.wearon.generation.stores;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.http.Problem.Code;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A client's request, checked without a call to another service. The API defines the order of the checks, so they are code and
 * not annotations.
 *
 * @param garmentType empty if the image model is to judge it
 * @param deadline empty for that of the image model
 */
record TryOnRequest(
        List<String> imageUrls, String prompt, Optional<GarmentType> garmentType, Optional<Duration> deadline) {

    static final int MAX_IMAGES = 10;
    static final int MAX_URL_CHARS = 2_048;
    static final int MAX_PROMPT_CHARS = 4_000;
    static final int MAX_DEADLINE_SECONDS = 3_600;

    static final String BUILT_IN_PROMPT = """
            The first image shows a person, the second a garment, any further ones accessories. \
            Make one photorealistic portrait picture, 3:4, of the same person wearing all of them. \
            Keep face, skin, hair and body exactly as they are. Let the fabric drape naturally, place each accessory \
            where it is worn, and light the scene like a professional studio photograph.""";

    sealed interface Parsed {
        record Valid(TryOnRequest request) implements Parsed {}

        record Refused(Code code, String message) implements Parsed {}
    }

    /** @param body any JSON value; a missing node is an empty body */
    static Parsed parse(JsonNode body) {
        if (!body.isObject()) {
            return invalid("The body must be a JSON object.");
        }
        JsonNode age = body.path("age_verified");
        if (!age.isBoolean() || !age.booleanValue()) {
            return new Parsed.Refused(
                    Code.AGE_VERIFICATION_REQUIRED,
                    "age_verified must be true: the shopper has to confirm an age of 13 or older.");
        }
        JsonNode images = body.path("image_urls");
        if (!images.isArray() || images.isEmpty()) {
            return invalid(
                    "image_urls must be an array of URLs: the person, the garment, then any accessories; at most %d."
                            .formatted(MAX_IMAGES));
        }
        if (images.size() > MAX_IMAGES) {
            return invalid("image_urls has %d entries; at most %d are allowed.".formatted(images.size(), MAX_IMAGES));
        }
        List<String> urls = new ArrayList<>();
        for (JsonNode image : images) {
            if (!image.isTextual() || image.textValue().length() > MAX_URL_CHARS) {
                return invalid(
                        "image_urls[%d] must be a URL of at most %d characters.".formatted(urls.size(), MAX_URL_CHARS));
            }
            urls.add(image.textValue());
        }
        String prompt = body.path("prompt").isTextual()
                ? body.path("prompt").textValue().strip()
                : "";
        int length = prompt.codePointCount(0, prompt.length());
        if (length > MAX_PROMPT_CHARS) {
            return invalid("prompt has %d characters; at most %d are allowed.".formatted(length, MAX_PROMPT_CHARS));
        }
        // PostgreSQL cannot store this character.
        if (prompt.indexOf('\0') >= 0) {
            return invalid("prompt must not contain the character U+0000.");
        }
        JsonNode kind = body.path("garment_type");
        Optional<GarmentType> garmentType = GarmentType.ofWire(kind.textValue());
        if (garmentType.isEmpty() && !kind.isMissingNode() && !kind.isNull()) {
            return invalid(
                    "garment_type must be one of: %s.".formatted(GarmentType.names(Set.of(GarmentType.values()))));
        }
        JsonNode deadline = body.path("deadline_seconds");
        boolean deadlineSent = !deadline.isMissingNode() && !deadline.isNull();
        if (deadlineSent
                && !(deadline.isInt() && deadline.intValue() >= 1 && deadline.intValue() <= MAX_DEADLINE_SECONDS)) {
            return invalid("deadline_seconds must be a whole number from 1 to %d.".formatted(MAX_DEADLINE_SECONDS));
        }
        return new Parsed.Valid(new TryOnRequest(
                List.copyOf(urls),
                prompt.isEmpty() ? BUILT_IN_PROMPT : prompt,
                garmentType,
                deadlineSent ? Optional.of(Duration.ofSeconds(deadline.intValue())) : Optional.empty()));
    }

    /**
     * SHA-256 over object paths without query and fragment, prompt and shopper. So a repeat is recognized although its URLs have
     * other signatures.
     *
     * <p>A field that later versions added is a part only if it was sent. So a repeat that reaches another version than the
     * first request has the same hash. The name in front of its value keeps such a part from being equal to a shopper.
     */
    byte[] hash(Optional<String> shopper) {
        MessageDigest digest = sha256();
        Stream.of(
                        imageUrls.stream().map(TryOnRequest::path),
                        Stream.of(prompt, shopper.orElse("")),
                        garmentType.stream().map(type -> "garment_type=" + type.wire()),
                        deadline.stream().map(time -> "deadline_seconds=" + time.toSeconds()))
                .flatMap(parts -> parts)
                .map(part -> part.getBytes(StandardCharsets.UTF_8))
                .forEach(part -> {
                    digest.update(ByteBuffer.allocate(Integer.BYTES)
                            .putInt(part.length)
                            .array());
                    digest.update(part);
                });
        return digest.digest();
    }

    /** A text without a path stays whole; storage refuses it later. */
    private static String path(String url) {
        try {
            return Objects.requireNonNullElse(new URI(url).getPath(), url);
        } catch (URISyntaxException noUrl) {
            return url;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }

    private static Parsed invalid(String message) {
        return new Parsed.Refused(Code.VALIDATION_ERROR, message);
    }
}
