package dev.wearon.storage.images;

import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.Supplier;

/** An action on the next bytes of an image. Parsing is a chain of steps. */
sealed interface Step {

    /**
     * Buffers this many bytes, which decide the next step.
     *
     * @param mayEnd whether the file may end before them
     * @param beginsPixels whether the file may end, without an end marker, in one of the steps after this one
     */
    record Read(int bytes, boolean mayEnd, boolean beginsPixels, Function<ByteBuffer, Step> next) implements Step {

        Read(int bytes, Function<ByteBuffer, Step> next) {
            this(bytes, false, false, next);
        }
    }

    /** Skips at least one byte. */
    record Skip(long bytes, Supplier<Step> next) implements Step {}

    /**
     * Skips all bytes up to and including the next byte of this value.
     *
     * @param mayEnd whether the file may end before it
     */
    record Find(byte value, boolean mayEnd, Supplier<Step> next) implements Step {}

    /** The image is complete. Its trailer follows. */
    record End() implements Step {}

    record Reject(Rejection rejection) implements Step {}

    static Step skip(long bytes, Supplier<Step> next) {
        return bytes == 0 ? next.get() : new Skip(bytes, next);
    }

    /** @param why a clause, for example "it has no pixels" */
    static Step damaged(ImageType type, String why) {
        return new Reject(new Rejection.Damaged(type, why));
    }
}
