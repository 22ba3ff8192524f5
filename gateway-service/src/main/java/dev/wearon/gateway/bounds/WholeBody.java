package dev.wearon.gateway.bounds;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.function.Consumer;

/** Buffers a stream up to a limit. */
public final class WholeBody {

    /** The stream is longer than the limit; its content was discarded. */
    static final class TooLarge extends RuntimeException {
        TooLarge(long limit) {
            super("The body is larger than " + limit + " bytes", null, false, false);
        }
    }

    private WholeBody() {}

    /**
     * Reads a stream that is paused or untouched. Must be subscribed to on the context of the stream.
     *
     * @return fails with {@link TooLarge}, or if the stream breaks off; completes on that context
     */
    public static Uni<Buffer> read(ReadStream<Buffer> stream, long limit) {
        return Uni.createFrom().emitter(whole -> read(stream, limit, whole::complete, whole::fail));
    }

    /** Reads with callbacks, for use inside another emitter. */
    public static void read(ReadStream<Buffer> stream, long limit, Consumer<Buffer> whole, Consumer<Throwable> unread) {
        Buffer body = Buffer.buffer();
        stream.exceptionHandler(unread::accept);
        stream.endHandler(end -> whole.accept(body));
        stream.handler(chunk -> {
            if (body.length() + chunk.length() <= limit) {
                body.appendBuffer(chunk);
            } else {
                // Discards the rest.
                stream.handler(dropped -> {});
                stream.pause();
                unread.accept(new TooLarge(limit));
            }
        });
        stream.resume();
    }
}
