package dev.wearon.storage.s3;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The body of an upload to a bucket. A bucket stores an object as soon as it has the declared number of bytes, even if
 * the stream then fails. So the last piece is held back until the stream has completed.
 *
 * <p>All work runs on {@code executor}, in order, because the bucket's client calls from threads of its own.
 */
final class UploadBody implements Publisher<ByteBuffer> {

    private final Multi<Buffer> bytes;
    private final long length;
    private final Executor executor;

    private Flow.Subscription source;
    private Subscriber<? super ByteBuffer> subscriber;
    private long demand;
    private long received;
    private Buffer held;
    private boolean requested;
    private boolean done;
    private volatile Throwable failure;

    UploadBody(Multi<Buffer> bytes, long length, Executor executor) {
        this.bytes = bytes;
        this.length = length;
        this.executor = executor;
    }

    /** Returns the failure of the stream; empty if it did not fail. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> bucket) {
        executor.execute(() -> {
            if (subscriber != null) {
                throw new IllegalStateException("The body can be sent only once");
            }
            subscriber = bucket;
            bytes.subscribe().withSubscriber(new Source());
        });
    }

    private void requestNext() {
        if (done && held != null && demand > 0) {
            forward(null);
            subscriber.onComplete();
        } else if (!done && demand > 0 && !requested) {
            requested = true;
            source.request(1);
        }
    }

    /** Sends the held piece, and holds the next one. */
    private void forward(Buffer next) {
        if (held != null) {
            demand--;
            subscriber.onNext(held.getByteBuf().nioBuffer());
        }
        held = next;
    }

    private void fail(Throwable fault) {
        if (!done) {
            done = true;
            held = null;
            failure = fault;
            subscriber.onError(fault);
        }
    }

    private void checkLength(boolean complete) {
        if (received > length || complete && received < length) {
            source.cancel();
            fail(new IllegalArgumentException("%d bytes arrived, %d were announced".formatted(received, length)));
        }
    }

    private final class Source implements MultiSubscriber<Buffer> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            source = subscription;
            subscriber.onSubscribe(new Demand());
        }

        @Override
        public void onItem(Buffer piece) {
            executor.execute(() -> {
                requested = false;
                received += piece.length();
                checkLength(false);
                if (!done) {
                    forward(piece);
                    requestNext();
                }
            });
        }

        @Override
        public void onFailure(Throwable fault) {
            executor.execute(() -> fail(fault));
        }

        @Override
        public void onCompletion() {
            executor.execute(() -> {
                checkLength(true);
                if (!done) {
                    done = true;
                    requestNext();
                }
            });
        }
    }

    private final class Demand implements Subscription {

        @Override
        public void request(long more) {
            executor.execute(() -> {
                demand = demand + more < 0 ? Long.MAX_VALUE : demand + more;
                requestNext();
            });
        }

        @Override
        public void cancel() {
            executor.execute(() -> {
                done = true;
                held = null;
                source.cancel();
            });
        }
    }
}
