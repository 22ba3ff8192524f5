package dev.wearon.storage.objects;

import dev.wearon.http.Problem;

/** How a refused body is told to whoever sent it; the same words wherever bytes are taken. */
public final class Refusals {

    private Refusals() {}

    public static Problem of(Stored.Reason reason, ImageType type, long maxBytes) {
        return switch (reason) {
            case TOO_LARGE ->
                Problem.of(
                        Problem.Code.PAYLOAD_TOO_LARGE,
                        "The image may have at most %d bytes. Nothing was kept.".formatted(maxBytes));
            case EMPTY -> Problem.invalid("The body is empty; send the bytes of the image.");
            case NOT_THIS_TYPE ->
                Problem.invalid("The bytes are not %s, whatever the name says. Nothing was kept."
                        .formatted(type.contentType()));
            case CUT_OFF -> Problem.invalid("The body did not arrive whole. Nothing was kept.");
            case NO_SPACE ->
                Problem.of(
                        Problem.Code.INSUFFICIENT_STORAGE,
                        "There is no space for the image. Nothing was kept; try again later.");
        };
    }

    /** Of a signature: what was changed is not said. */
    public static Problem signatureInvalid() {
        return Problem.of(
                Problem.Code.SIGNATURE_INVALID,
                "The URL is not signed for this request. Use it exactly as it was handed out, with its method.");
    }

    public static Problem urlExpired() {
        return Problem.of(Problem.Code.URL_EXPIRED, "The URL has expired. Ask for a new one.");
    }
}
