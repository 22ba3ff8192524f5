package dev.wearon.storage.images;

import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.Supplier;

/** What is to be done with the next bytes of an image. A walk through one is a chain of these. */
sealed interface Step {

    /** A piece of this many bytes says how to go on; they are held until they are all there. */
    record Read(int bytes, Function<ByteBuffer, Step> next) implements Step {}

    /** At least one byte that does not matter. */
    record Skip(long bytes, Supplier<Step> next) implements Step {}

    /** Everything up to and with the next byte of this value. */
    record Find(byte value, Supplier<Step> next) implements Step {}

    /** The image is over; what follows is its trailer. */
    record End() implements Step {}

    /** This is no image of its type. */
    record Wrong() implements Step {}

    record Reject(Rejection rejection) implements Step {}

    static Step skip(long bytes, Supplier<Step> next) {
        return bytes == 0 ? next.get() : new Skip(bytes, next);
    }
}
