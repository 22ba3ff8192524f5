package dev.wearon.gateway.proxy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.streams.ReadStream;

/** Reads a stream to its end, within a limit. */
final class WholeBody {

    /** The stream holds more than the limit; what came so far was dropped. */
    static final class TooLarge extends RuntimeException {
        TooLarge(long limit) {
            super("The body is larger than " + limit + " bytes", null, false, false);
        }
    }

    private WholeBody() {}

    /**
     * Must be called on the context of a request. The stream must be paused or untouched.
     *
     * @return fails with {@link TooLarge}, or when the stream breaks off; completes on that context, and so does what is made
     *     of it by a time limit
     */
    static Future<Buffer> read(ReadStream<Buffer> stream, long limit) {
        // One without a context lets its time run out on a thread that must not write the answer.
        Promise<Buffer> whole = ((ContextInternal) Vertx.currentContext()).promise();
        Buffer body = Buffer.buffer();
        stream.exceptionHandler(whole::tryFail);
        stream.endHandler(end -> whole.tryComplete(body));
        stream.handler(chunk -> {
            if (body.length() + chunk.length() <= limit) {
                body.appendBuffer(chunk);
            } else if (!whole.future().isComplete()) {
                stream.pause();
                whole.tryFail(new TooLarge(limit));
            }
        });
        stream.resume();
        return whole.future();
    }
}
