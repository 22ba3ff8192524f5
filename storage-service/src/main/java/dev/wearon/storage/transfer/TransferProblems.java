package dev.wearon.storage.transfer;

import dev.wearon.http.Problem;
import dev.wearon.storage.catalog.Objects;
import dev.wearon.storage.images.Rejection;
import java.util.Locale;

/** Makes the refusals of this package, the same on every route. */
public final class TransferProblems {

    private TransferProblems() {}

    public static Problem of(WriteResult.Failed failed) {
        return switch (failed) {
            case WriteResult.Rejected rejected -> of(rejected.rejection());
            case WriteResult.LengthMissing missing -> Problem.invalid("Send the object with a Content-Length.");
            case WriteResult.Interrupted interrupted -> Problem.invalid("The body is incomplete. Nothing was stored.");
            case WriteResult.WrongChecksum wrong ->
                Problem.invalid("The bytes do not have the checksum in Content-MD5. Nothing was stored.");
            case WriteResult.Removed removed ->
                Problem.of(Problem.Code.NOT_FOUND, "The object at this path has been removed. Nothing was stored.");
            case WriteResult.TooManyKept many ->
                Problem.of(
                        Problem.Code.KEPT_LIMIT_REACHED,
                        "The store keeps %,d images already. Nothing was stored. Delete one of them, and send the image again."
                                .formatted(Objects.MAX_KEPT));
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
            case Rejection.OtherType other ->
                Problem.invalid(
                        "This is a %s picture named .%s, and its upload URL is signed for %s. Rename the file to .%s and"
                                        .formatted(
                                                other.found().displayName(),
                                                other.declared().extension(),
                                                other.declared().contentType(),
                                                other.found().extension())
                                + " choose it again. A program requests a URL for %s."
                                        .formatted(other.found().contentType()));
            case Rejection.ForeignFormat foreign ->
                unsupported(
                        "This is %s named .%s. Only JPEG, PNG and WebP pictures can be read here. %s",
                        foreign.found().what(),
                        foreign.declared().extension(),
                        foreign.found().remedy());
            case Rejection.UnreadableVariant unreadable ->
                unsupported(
                        "%s. It cannot be read here, and most browsers cannot show it. %s",
                        unreadable.variant().what(), unreadable.variant().remedy());
            case Rejection.Damaged damaged ->
                unsupported(
                        "This %s is damaged: %s. Choose another picture, or export this one again from a photo program.",
                        damaged.type().displayName(), damaged.why());
            case Rejection.Incomplete incomplete ->
                Problem.invalid("The bytes end before the image is complete. Nothing was stored. Send the whole file.");
            case Rejection.TooManyPixels large ->
                unsupported(
                        "This picture has %d x %d pixels, %,d in all. A %s may have at most %d pixels a side and %,d in all."
                                + " Make the picture smaller in a photo program, and choose it again.",
                        large.width(),
                        large.height(),
                        large.width() * large.height(),
                        large.type().displayName(),
                        large.limits().maxSide(),
                        large.limits().maxPixels());
            case Rejection.ForbiddenTrailer trailer ->
                Problem.invalid("The file contains %s after the image. Send the image alone. Nothing was stored."
                        .formatted(trailer.what()));
        };
    }

    private static Problem unsupported(String message, Object... values) {
        return Problem.of(Problem.Code.UNSUPPORTED_IMAGE, String.format(Locale.ROOT, message, values));
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
