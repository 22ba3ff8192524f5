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
 * The body of an upload to a bucket. A bucket keeps an object as soon as it has as many bytes as were announced, and does
 * not ask whether the stream then ended well. So the last piece waits until it has, and it is known that it is the last.
 *
 * <p>Everything happens on {@code here}, one thing after the other; the bucket's client asks from threads of its own.
 */
final class Outgoing implements Publisher<ByteBuffer> {

    private final Multi<Buffer> bytes;
    private final long length;
    private final Executor here;

    private Flow.Subscription source;
    private Subscriber<? super ByteBuffer> bucket;
    private long asked;
    private long arrived;
    private Buffer held;
    private boolean waits;
    private boolean done;
    private volatile Throwable failure;

    Outgoing(Multi<Buffer> bytes, long length, Executor here) {
        this.bytes = bytes;
        this.length = length;
        this.here = here;
    }

    /** Why the stream did not end well, if it did not. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        here.execute(() -> {
            if (bucket != null) {
                throw new IllegalStateException("The bytes have passed and cannot be sent again");
            }
            bucket = subscriber;
            bytes.subscribe().withSubscriber(new Source());
        });
    }

    private void pull() {
        if (done && held != null && asked > 0) {
            pass(null);
            bucket.onComplete();
        } else if (!done && asked > 0 && !waits) {
            waits = true;
            source.request(1);
        }
    }

    /** Holds a piece, and passes on the one that was held so far. */
    private void pass(Buffer next) {
        if (held != null) {
            asked--;
            bucket.onNext(held.getByteBuf().nioBuffer());
        }
        held = next;
    }

    private void fail(Throwable fault) {
        if (!done) {
            done = true;
            held = null;
            failure = fault;
            bucket.onError(fault);
        }
    }

    private void checkLength(boolean isAll) {
        if (arrived > length || isAll && arrived < length) {
            source.cancel();
            fail(new IllegalArgumentException("%d bytes came where %d were announced".formatted(arrived, length)));
        }
    }

    private final class Source implements MultiSubscriber<Buffer> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            source = subscription;
            bucket.onSubscribe(new Demand());
        }

        @Override
        public void onItem(Buffer piece) {
            here.execute(() -> {
                waits = false;
                arrived += piece.length();
                checkLength(false);
                if (!done) {
                    pass(piece);
                    pull();
                }
            });
        }

        @Override
        public void onFailure(Throwable fault) {
            here.execute(() -> fail(fault));
        }

        @Override
        public void onCompletion() {
            here.execute(() -> {
                checkLength(true);
                if (!done) {
                    done = true;
                    pull();
                }
            });
        }
    }

    private final class Demand implements Subscription {

        @Override
        public void request(long more) {
            here.execute(() -> {
                asked = asked + more < 0 ? Long.MAX_VALUE : asked + more;
                pull();
            });
        }

        @Override
        public void cancel() {
            here.execute(() -> {
                done = true;
                held = null;
                source.cancel();
            });
        }
    }
}
