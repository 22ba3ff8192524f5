package dev.wearon.batching;

import dev.wearon.tracing.Traces;
import io.opentelemetry.api.trace.SpanContext;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * The waiting requests of a {@link Batcher}, in a queue for each key. Requests with the same key keep their order of arrival.
 * When some of them are taken, the others wait until their key is released.
 *
 * <p>Not safe for concurrent use: the batcher calls it while it holds its lock.
 */
final class WaitingRequests<Q, A> {

    static final class Pending<Q, A> {
        private final Q request;
        private final UniEmitter<? super A> answer;
        private final Context submitter;
        private final Optional<SpanContext> trace = Traces.sampled();
        private final LongSupplier clock;
        private final long deadline;

        /** @param submitter null outside of Vert.x */
        Pending(Q request, UniEmitter<? super A> answer, Context submitter, LongSupplier clock, Duration timeout) {
            this.request = request;
            this.answer = answer;
            this.submitter = submitter;
            this.clock = clock;
            this.deadline = clock.getAsLong() + timeout.toNanos();
        }

        Q request() {
            return request;
        }

        /** The span that submitted it, if its trace is sampled. */
        Optional<SpanContext> trace() {
            return trace;
        }

        Duration timeLeft() {
            return Duration.ofNanos(Math.max(1, deadline - clock.getAsLong()));
        }

        boolean expired() {
            return deadline - clock.getAsLong() <= 0;
        }

        void complete(A item) {
            onSubmitter(() -> answer.complete(item));
        }

        void fail(Throwable failure) {
            onSubmitter(() -> answer.fail(failure));
        }

        /** The context of a request has its request id for the log. */
        private void onSubmitter(Runnable delivery) {
            if (submitter == null) {
                delivery.run();
            } else {
                submitter.runOnContext(own -> delivery.run());
            }
        }
    }

    /** The requests of one key in a batch; at least one. */
    record Part<Q, A>(Object key, List<Pending<Q, A>> requests) {}

    record Selection<Q, A>(List<Part<Q, A>> batch, List<Pending<Q, A>> expired) {}

    private static final class KeyQueue<Q, A> {
        final Object key;
        final Queue<Pending<Q, A>> requests = new ArrayDeque<>();
        boolean taken;

        KeyQueue(Object key) {
            this.key = key;
        }
    }

    /** Has a key while one of its requests waits or is executed. */
    private final Map<Object, KeyQueue<Q, A>> queues = new HashMap<>();

    /** The queues that have a request and whose key is not taken. */
    private final Queue<KeyQueue<Q, A>> ready = new ArrayDeque<>();

    private int size;

    int size() {
        return size;
    }

    /** Whether every waiting request waits for its key. */
    boolean noneReady() {
        return ready.isEmpty();
    }

    void add(Object key, Pending<Q, A> arrived) {
        KeyQueue<Q, A> queue = queues.computeIfAbsent(key, KeyQueue::new);
        queue.requests.add(arrived);
        size++;
        if (!queue.taken && queue.requests.size() == 1) {
            ready.add(queue);
        }
    }

    /**
     * Takes up to {@code room} requests, and their keys. Leaves out expired requests: after a stall, sending them would make the
     * requests behind them expire as well.
     */
    Selection<Q, A> take(int room) {
        List<Part<Q, A>> batch = new ArrayList<>();
        List<Pending<Q, A>> expired = new ArrayList<>();
        int left = room;
        while (!ready.isEmpty() && left > 0) {
            KeyQueue<Q, A> queue = ready.remove();
            List<Pending<Q, A>> requests = new ArrayList<>();
            while (!queue.requests.isEmpty() && requests.size() < left) {
                Pending<Q, A> first = queue.requests.remove();
                size--;
                (first.expired() ? expired : requests).add(first);
            }
            if (requests.isEmpty()) {
                queues.remove(queue.key);
            } else {
                queue.taken = true;
                batch.add(new Part<>(queue.key, requests));
                left -= requests.size();
            }
        }
        return new Selection<>(batch, expired);
    }

    /** Lets the other requests of a key be taken. */
    void release(Object key) {
        KeyQueue<Q, A> queue = queues.get(key);
        queue.taken = false;
        if (queue.requests.isEmpty()) {
            queues.remove(key);
        } else {
            ready.add(queue);
        }
    }
}
