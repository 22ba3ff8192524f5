package dev.wearon.batching;

import dev.wearon.timing.Timers;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Executes requests in batches, as the group commit of a database does.
 *
 * <p>When idle, a request is executed at once: at the end of the current tick of the event loop, together with the other requests
 * of that tick. Under load, requests wait until the running batch ends; the next batch takes up to {@code batchSize} of them.
 * Requests with the same key keep their order of arrival, and at most one batch of a key runs at a time. After
 * {@code overlapAfter} another batch may start beside a slow one, for requests with other keys.
 *
 * <p>A request that was not sent before its deadline fails and is never sent. A batch that was sent is awaited until the latest
 * deadline of its requests. A failure means that the outcome is unknown, so every request must be repeatable.
 *
 * @param <Q> a request
 * @param <A> its answer
 */
public final class Batcher<Q, A> {

    private static final Logger LOG = Logger.getLogger(Batcher.class);

    /** What a batch does. */
    public interface Work<Q, A> {

        /**
         * Executes the requests together.
         *
         * @param requests at least one
         * @return as many answers, in the same order
         */
        Uni<List<A>> batch(List<Q> requests);

        /** Executes one request of a batch that failed. */
        Uni<A> single(Q request);

        /**
         * Whether the requests of a batch with this failure are executed one by one, so that one bad request cannot fail the
         * others. Otherwise all of them fail.
         */
        default boolean repeatsSingly(Throwable failure) {
            return true;
        }
    }

    /** Too many requests are waiting; this one was not tried and changed nothing. */
    public static final class Full extends RuntimeException {

        Full(int waiting) {
            super("%d requests are waiting already".formatted(waiting), null, false, false);
        }
    }

    /**
     * @param batchSize the most requests in one batch
     * @param maxInFlight the most batches that run at the same time
     * @param overlapAfter the age of the last batch at which another one starts beside it
     * @param maxWaiting the most requests that wait; the next one is refused with {@link Full}
     * @param timeout the time limit of a request, from its arrival to its answer
     */
    public record Limits(int batchSize, int maxInFlight, Duration overlapAfter, int maxWaiting, Duration timeout) {}

    private final Work<Q, A> work;
    private final Function<Q, Object> keyOf;
    private final Limits limits;
    private final LongSupplier clock;

    // The lock of this object guards these fields. Code that holds the lock never blocks.
    private final Map<Object, KeyQueue> queues = new HashMap<>();
    private final Queue<KeyQueue> ready = new ArrayDeque<>();
    private int inFlight;
    private long lastStart;
    private int waiting;
    private boolean startPlanned;

    /** @param keyOf the key of a request; two requests with the same key are never executed at the same time */
    public Batcher(Work<Q, A> work, Function<Q, Object> keyOf, Limits limits) {
        this(work, keyOf, limits, System::nanoTime);
    }

    /** @param clock in nanoseconds; decides which requests have expired */
    Batcher(Work<Q, A> work, Function<Q, Object> keyOf, Limits limits, LongSupplier clock) {
        this.work = work;
        this.keyOf = keyOf;
        this.limits = limits;
        this.clock = clock;
    }

    /** Requests have no keys, so they are executed in any order and may overlap. */
    public Batcher(Work<Q, A> work, Limits limits) {
        this(work, request -> new Object(), limits);
    }

    /** The waiting requests of one key. {@code queues} has it while one of them waits or is executed. */
    private final class KeyQueue {
        final Object key;
        final Queue<Pending> requests = new ArrayDeque<>();
        boolean running;

        KeyQueue(Object key) {
            this.key = key;
        }
    }

    private final class Pending {
        final Q request;
        final UniEmitter<? super A> answer;
        /** Null outside of Vert.x. */
        final Context submitter;

        final long deadline = clock.getAsLong() + limits.timeout().toNanos();

        Pending(Q request, UniEmitter<? super A> answer, Context submitter) {
            this.request = request;
            this.answer = answer;
            this.submitter = submitter;
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

    /** The requests of one key in a batch. */
    private record KeyBatch<W, P>(W queue, List<P> requests) {}

    private record Selection<W, P>(List<KeyBatch<W, P>> batch, List<P> expired) {}

    /**
     * Fails with {@link Full} if the request was not tried. Any other failure means an unknown outcome. The answer is delivered on
     * the Vert.x context of the caller.
     */
    public Uni<A> submit(Q request) {
        return Uni.createFrom().emitter(answer -> {
            Context submitter = Vertx.currentContext();
            if (enqueue(new Pending(request, answer, submitter))) {
                startAfterThisTick(submitter);
            } else {
                answer.fail(new Full(limits.maxWaiting()));
            }
        });
    }

    private synchronized boolean enqueue(Pending arrived) {
        if (waiting == limits.maxWaiting()) {
            return false;
        }
        waiting++;
        KeyQueue queue = queues.computeIfAbsent(keyOf.apply(arrived.request), KeyQueue::new);
        queue.requests.add(arrived);
        if (!queue.running && queue.requests.size() == 1) {
            ready.add(queue);
        }
        return true;
    }

    private void startAfterThisTick(Context submitter) {
        if (submitter == null) {
            start();
        } else if (planStart()) {
            // The root context: a batch belongs to no request.
            VertxContext.getRootContext(submitter).runOnContext(tick -> {
                startIsPlanned(false);
                start();
            });
        }
    }

    /** @return false if a start is planned already */
    private synchronized boolean planStart() {
        boolean planned = !startPlanned;
        startPlanned = true;
        return planned;
    }

    private synchronized void startIsPlanned(boolean planned) {
        startPlanned = planned;
    }

    private void start() {
        Selection<KeyQueue, Pending> next = select();
        next.expired().forEach(Batcher::failExpired);
        if (!next.batch().isEmpty()) {
            Timers.after(limits.overlapAfter(), this::start);
            execute(next.batch());
        }
    }

    /** Leaves out expired requests: after a stall, sending them would make the requests behind them expire as well. */
    private synchronized Selection<KeyQueue, Pending> select() {
        List<KeyBatch<KeyQueue, Pending>> batch = new ArrayList<>();
        List<Pending> expired = new ArrayList<>();
        boolean mayStart = inFlight == 0
                || inFlight < limits.maxInFlight()
                        && System.nanoTime() - lastStart
                                >= limits.overlapAfter().toNanos();
        int room = mayStart ? limits.batchSize() : 0;
        while (!ready.isEmpty() && room > 0) {
            KeyQueue queue = ready.remove();
            List<Pending> requests = new ArrayList<>();
            while (!queue.requests.isEmpty() && requests.size() < room) {
                Pending first = queue.requests.remove();
                waiting--;
                (first.expired() ? expired : requests).add(first);
            }
            if (requests.isEmpty()) {
                queues.remove(queue.key);
            } else {
                queue.running = true;
                batch.add(new KeyBatch<>(queue, requests));
                room -= requests.size();
            }
        }
        if (!batch.isEmpty()) {
            inFlight++;
            lastStart = System.nanoTime();
        }
        return new Selection<>(batch, expired);
    }

    private synchronized void ended() {
        inFlight--;
    }

    private synchronized void unblock(KeyQueue queue) {
        queue.running = false;
        if (queue.requests.isEmpty()) {
            queues.remove(queue.key);
        } else {
            ready.add(queue);
        }
    }

    private void execute(List<KeyBatch<KeyQueue, Pending>> batch) {
        List<Pending> requests =
                batch.stream().flatMap(part -> part.requests().stream()).toList();
        Duration longestTimeLeft = requests.stream()
                .map(Pending::timeLeft)
                .max(Duration::compareTo)
                .orElseThrow();
        Timers.within(
                        longestTimeLeft,
                        Uni.createFrom()
                                .deferred(() -> work.batch(requests.stream()
                                        .map(pending -> pending.request)
                                        .toList()))
                                .invoke(answers -> requireOneEach(requests, answers)))
                .subscribe()
                .with(
                        answers -> {
                            ended();
                            batch.forEach(part -> unblock(part.queue()));
                            // Starts the next batch before it answers, so that the server is not idle meanwhile.
                            start();
                            for (int i = 0; i < requests.size(); i++) {
                                requests.get(i).complete(answers.get(i));
                            }
                        },
                        failure -> failed(batch, requests, failure));
    }

    /** Otherwise an answer could reach another request, or none. */
    private static void requireOneEach(List<?> requests, List<?> answers) {
        if (answers.size() != requests.size()) {
            throw new IllegalStateException("%d answers to %d requests".formatted(answers.size(), requests.size()));
        }
    }

    private void failed(List<KeyBatch<KeyQueue, Pending>> batch, List<Pending> requests, Throwable failure) {
        ended();
        if (work.repeatsSingly(failure)) {
            LOG.warnf("A batch of %d requests failed and is repeated request by request: %s", requests.size(), failure);
            batch.forEach(this::executeOneByOne);
        } else {
            LOG.warnf("A batch of %d requests failed: %s", requests.size(), failure);
            batch.forEach(part -> unblock(part.queue()));
            requests.forEach(pending -> pending.fail(failure));
        }
        start();
    }

    /** Repeats the requests of one key. Later requests of this key wait; others do not. */
    private void executeOneByOne(KeyBatch<KeyQueue, Pending> part) {
        Multi.createFrom()
                .iterable(part.requests())
                .onItem()
                .transformToUniAndConcatenate(this::executeSingle)
                .onTermination()
                .invoke(() -> {
                    unblock(part.queue());
                    start();
                })
                .subscribe()
                .with(done -> {}, failure -> LOG.error("A request ended without an answer", failure));
    }

    /** Executes a request on its own. A failure becomes the answer of the request, so the Uni never fails. */
    private Uni<Void> executeSingle(Pending pending) {
        if (pending.expired()) {
            failExpired(pending);
            return Uni.createFrom().voidItem();
        }
        return Timers.within(pending.timeLeft(), Uni.createFrom().deferred(() -> work.single(pending.request)))
                .onItemOrFailure()
                .invoke((answer, failure) -> {
                    if (failure == null) {
                        pending.complete(answer);
                    } else {
                        pending.fail(failure);
                    }
                })
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private static void failExpired(Batcher<?, ?>.Pending pending) {
        pending.fail(new TimeoutException("The request waited too long and was not sent"));
    }
}
