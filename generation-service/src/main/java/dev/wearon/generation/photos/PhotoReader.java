package dev.wearon.generation.photos;

import dev.wearon.images.ImageLimits;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.concurrent.CancellationException;

/**
 * Decodes untrusted JPEG, PNG and WebP. The type is recognized by the bytes. The size in the header is checked before anything is
 * decoded. Pixels are skipped while decoding, so the requested size bounds the memory of the result.
 */
public final class PhotoReader {

    public sealed interface Result {
        /** Upright, sRGB, {@code TYPE_INT_ARGB}. */
        record Readable(BufferedImage photo) implements Result {}

        /** @param why for a log; if the photo is unsupported, the name of its kind */
        record Unreadable(Reason reason, String why) implements Result {}
    }

    public enum Reason {
        /** Pixels are missing or wrong. */
        DAMAGED,
        /** A whole photo of a kind that cannot be decoded, or no photo. */
        UNSUPPORTED,
        TOO_LARGE
    }

    /** A photo whose header was read. */
    public sealed interface Opened {

        /** Decodes the photo, and knows before how much memory that takes. */
        final class Photo implements Opened {

            /** What the conversion takes for each byte of a profile: the profile, and its tables with 16 bits, both twice. */
            private static final int PROFILE = 8;

            private final PhotoFile file;
            private final int size;

            private Photo(PhotoFile file, int size) {
                this.file = file;
                this.size = size;
            }

            /** The bytes of the file. They are in memory as long as this object. */
            public int size() {
                return size;
            }

            /** The bytes of the photo without a skipped pixel, made smaller so that no side is longer. */
            public long scaledMemory(int longestSide) {
                double shrink = Math.min(1, (double) longestSide / Math.max(file.width(), file.height()));
                return (long) (4 * shrink * shrink * file.width() * file.height());
            }

            /** The bytes of the result. */
            public long resultMemory(int longestSide) {
                int step = step(file, longestSide);
                return 4L * Pixels.kept(file.width(), step) * Pixels.kept(file.height(), step);
            }

            /** The bytes that decoding takes, in the heap and outside of it, with the result. */
            public long decodingMemory(int longestSide) {
                // The result is there twice while it is turned.
                byte[] icc = file.colours().icc();
                long profile = icc == null ? 0 : (long) PROFILE * icc.length;
                return 2 * resultMemory(longestSide) + profile + file.decodingMemory(step(file, longestSide));
            }

            /**
             * @param longestSide limit for both sides of the result, in pixels
             * @throws CancellationException if the thread is interrupted
             */
            public Result read(int longestSide) {
                try {
                    Pixels stored = file.decode(step(file, longestSide));
                    Pixels seen = SrgbConversion.convert(stored, file.colours());
                    return new Result.Readable(seen.upright(file.orientation()).image());
                } catch (CancellationException cancelled) {
                    throw cancelled;
                } catch (IOException | RuntimeException damaged) {
                    return unreadable(damaged);
                }
            }
        }

        record Unreadable(Result.Unreadable result) implements Opened {}
    }

    private PhotoReader() {}

    public static Opened open(byte[] bytes) {
        try {
            PhotoFile file = PhotoFile.of(bytes);
            long pixels = (long) file.width() * file.height();
            boolean negative = file.width() < 0 || file.height() < 0;
            if (negative
                    || file.width() > ImageLimits.MAX_SIDE
                    || file.height() > ImageLimits.MAX_SIDE
                    || pixels > ImageLimits.MAX_PIXELS) {
                return new Opened.Unreadable(new Result.Unreadable(
                        Reason.TOO_LARGE,
                        "%s × %s pixels are too many"
                                .formatted(
                                        Integer.toUnsignedString(file.width()),
                                        Integer.toUnsignedString(file.height()))));
            }
            return new Opened.Photo(file, bytes.length);
        } catch (IOException | RuntimeException unreadable) {
            return new Opened.Unreadable(unreadable(unreadable));
        }
    }

    /** Opens and decodes. */
    public static Result read(byte[] bytes, int longestSide) {
        return switch (open(bytes)) {
            case Opened.Photo photo -> photo.read(longestSide);
            case Opened.Unreadable(Result.Unreadable unreadable) -> unreadable;
        };
    }

    /** A decoder may meet bytes that it does not expect. Then it is the photo that is damaged, not the service. */
    private static Result.Unreadable unreadable(Exception cause) {
        return switch (cause) {
            case UnsupportedPhotoException unsupported ->
                new Result.Unreadable(Reason.UNSUPPORTED, unsupported.getMessage());
            case IOException damaged -> new Result.Unreadable(Reason.DAMAGED, "damaged: " + damaged.getMessage());
            default -> new Result.Unreadable(Reason.DAMAGED, "damaged: " + cause);
        };
    }

    private static int step(PhotoFile file, int longestSide) {
        return Math.ceilDiv(Math.max(file.width(), file.height()), longestSide);
    }
}
