package dev.wearon.storage.images;

import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.Supplier;

/** An action on the next bytes of an image. Parsing is a chain of steps. */
sealed interface Step {

    /** Buffers this many bytes, which decide the next step. */
    record Read(int bytes, Function<ByteBuffer, Step> next) implements Step {}

    /** Skips at least one byte. */
    record Skip(long bytes, Supplier<Step> next) implements Step {}

    /** Skips all bytes up to and including the next byte of this value. */
    record Find(byte value, Supplier<Step> next) implements Step {}

    /** The image is complete. Its trailer follows. */
    record End() implements Step {}

    /** The bytes are not an image of this type. */
    record Wrong() implements Step {}

    record Reject(Rejection rejection) implements Step {}

    static Step skip(long bytes, Supplier<Step> next) {
        return bytes == 0 ? next.get() : new Skip(bytes, next);
    }
}
