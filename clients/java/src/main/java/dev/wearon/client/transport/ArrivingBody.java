package dev.wearon.client.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A body that can be read while it arrives. One thread reads it. */
final class ArrivingBody implements BodySubscriber<ArrivingBody>, AutoCloseable {

    /** A part of the body, its end, or a fault. */
    private record Signal(byte[] part, Throwable fault) {}

    private static final Signal END = new Signal(null, null);

    /** One part is asked for at a time, so it has one entry, and then the end. */
    private final LinkedBlockingQueue<Signal> arrived = new LinkedBlockingQueue<>();

    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

    /** The head is enough for a response. */
    @Override
    public CompletionStage<ArrivingBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription started) {
        subscription.complete(started);
        started.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ByteBuffer part : parts) {
            byte[] some = new byte[part.remaining()];
            part.get(some);
            bytes.writeBytes(some);
        }
        arrived.add(new Signal(bytes.toByteArray(), null));
    }

    @Override
    public void onError(Throwable fault) {
        arrived.add(new Signal(null, fault));
    }

    @Override
    public void onComplete() {
        arrived.add(END);
    }

    /** The next part; empty at the end. */
    Optional<byte[]> next(Deadline deadline) throws IOException, InterruptedException, TimeoutException {
        Signal signal = arrived.poll(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        if (signal == null) {
            throw new TimeoutException();
        }
        if (signal.fault() != null) {
            throw new IOException(signal.fault());
        }
        if (signal.part() != null) {
            subscription.join().request(1);
        }
        return Optional.ofNullable(signal.part());
    }

    /** Disconnects, unless the body has ended. */
    @Override
    public void close() {
        subscription.thenAccept(Flow.Subscription::cancel);
    }
}
