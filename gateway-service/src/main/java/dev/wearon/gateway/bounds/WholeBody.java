package dev.wearon.gateway.bounds;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reads a stream to its end, within a limit. */
public final class WholeBody {

    /** The stream holds more than the limit; what came so far was dropped. */
    static final class TooLarge extends RuntimeException {
        TooLarge(long limit) {
            super("The body is larger than " + limit + " bytes", null, false, false);
        }
    }

    private WholeBody() {}

    /**
     * Must be subscribed to on the context of the stream, which must be paused or untouched.
     *
     * @return fails with {@link TooLarge}, or when the stream breaks off; completes on that context
     */
    public static Uni<Buffer> read(ReadStream<Buffer> stream, long limit) {
        return Uni.createFrom().emitter(whole -> {
            Buffer body = Buffer.buffer();
            AtomicBoolean tooLarge = new AtomicBoolean();
            stream.exceptionHandler(whole::fail);
            stream.endHandler(end -> whole.complete(body));
            stream.handler(chunk -> {
                if (!tooLarge.get() && body.length() + chunk.length() <= limit) {
                    body.appendBuffer(chunk);
                } else if (tooLarge.compareAndSet(false, true)) {
                    stream.pause();
                    whole.fail(new TooLarge(limit));
                }
            });
            stream.resume();
        });
    }
}
