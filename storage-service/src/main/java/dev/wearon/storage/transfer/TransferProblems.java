package dev.wearon.storage.transfer;

import dev.wearon.http.Problem;
import dev.wearon.storage.images.Rejection;

/** How a refused body is told to whoever sent it; the same words wherever bytes are taken. */
final class TransferProblems {

    private TransferProblems() {}

    static Problem of(WriteResult.Failed failed) {
        return switch (failed) {
            case WriteResult.Rejected rejected -> of(rejected.rejection());
            case WriteResult.LengthMissing missing -> Problem.invalid("Send the object with a Content-Length.");
            case WriteResult.Interrupted interrupted ->
                Problem.invalid("The body did not arrive whole. Nothing was kept.");
            case WriteResult.Removed removed ->
                Problem.of(Problem.Code.NOT_FOUND, "What lay here has been removed. Nothing was kept.");
            case WriteResult.NoSpace full ->
                Problem.of(
                        Problem.Code.INSUFFICIENT_STORAGE,
                        "There is no space for the image. Nothing was kept; try again later.");
        };
    }

    private static Problem of(Rejection rejection) {
        return switch (rejection) {
            case Rejection.TooLarge large ->
                Problem.of(
                        Problem.Code.PAYLOAD_TOO_LARGE,
                        "More than the %d bytes that are taken here. Nothing was kept.".formatted(large.maxBytes()));
            case Rejection.Empty empty -> Problem.invalid("The body is empty; send the bytes of the image.");
            case Rejection.WrongType other ->
                Problem.invalid("The bytes are not %s, whatever the name says. Nothing was kept."
                        .formatted(other.declared().contentType()));
            case Rejection.Incomplete incomplete ->
                Problem.invalid("The bytes end before the image does. Nothing was kept.");
            case Rejection.TooManyPixels large ->
                Problem.invalid(
                        "The image has %d x %d pixels; at most %d a side and %d in all are taken. Nothing was kept."
                                .formatted(
                                        large.width(),
                                        large.height(),
                                        large.limits().maxSide(),
                                        large.limits().maxPixels()));
            case Rejection.ForbiddenTrailer trailer ->
                Problem.invalid("Behind the end of the image lies %s. Send the image alone. Nothing was kept."
                        .formatted(trailer.what()));
        };
    }

    /** Of a signature: what was changed is not said. */
    static Problem signatureInvalid() {
        return Problem.of(
                Problem.Code.SIGNATURE_INVALID,
                "The URL is not signed for this request. Use it exactly as it was handed out, with its method.");
    }

    static Problem urlExpired() {
        return Problem.of(Problem.Code.URL_EXPIRED, "The URL has expired. Ask for a new one.");
    }
}
