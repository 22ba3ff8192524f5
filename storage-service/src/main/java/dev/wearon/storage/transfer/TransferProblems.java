package dev.wearon.storage.transfer;

import dev.wearon.http.Problem;
import dev.wearon.storage.images.Rejection;

/** Makes the refusals of this package, the same on every route. */
final class TransferProblems {

    private TransferProblems() {}

    static Problem of(WriteResult.Failed failed) {
        return switch (failed) {
            case WriteResult.Rejected rejected -> of(rejected.rejection());
            case WriteResult.LengthMissing missing -> Problem.invalid("Send the object with a Content-Length.");
            case WriteResult.Interrupted interrupted -> Problem.invalid("The body is incomplete. Nothing was stored.");
            case WriteResult.Removed removed ->
                Problem.of(Problem.Code.NOT_FOUND, "The object at this path has been removed. Nothing was stored.");
            case WriteResult.NoSpace full ->
                Problem.of(
                        Problem.Code.INSUFFICIENT_STORAGE,
                        "There is no space for the image. Nothing was stored; try again later.");
        };
    }

    private static Problem of(Rejection rejection) {
        return switch (rejection) {
            case Rejection.TooLarge large ->
                Problem.of(
                        Problem.Code.PAYLOAD_TOO_LARGE,
                        "The body exceeds the limit of %d bytes. Nothing was stored.".formatted(large.maxBytes()));
            case Rejection.Empty empty -> Problem.invalid("The body is empty; send the bytes of the image.");
            case Rejection.WrongType other ->
                Problem.invalid("The bytes are not %s. Nothing was stored."
                        .formatted(other.declared().contentType()));
            case Rejection.Incomplete incomplete ->
                Problem.invalid("The bytes end before the image is complete. Nothing was stored.");
            case Rejection.TooManyPixels large ->
                Problem.invalid(
                        "The image has %d x %d pixels; at most %d a side and %d in all are accepted. Nothing was stored."
                                .formatted(
                                        large.width(),
                                        large.height(),
                                        large.limits().maxSide(),
                                        large.limits().maxPixels()));
            case Rejection.ForbiddenTrailer trailer ->
                Problem.invalid("The file contains %s after the image. Send the image alone. Nothing was stored."
                        .formatted(trailer.what()));
        };
    }

    /** Does not name the wrong part of the URL, so that an attacker learns nothing. */
    static Problem signatureInvalid() {
        return Problem.of(
                Problem.Code.SIGNATURE_INVALID,
                "The URL is not signed for this request. Use it unchanged, with its method.");
    }

    static Problem urlExpired() {
        return Problem.of(Problem.Code.URL_EXPIRED, "The URL has expired. Request a new one.");
    }
}
