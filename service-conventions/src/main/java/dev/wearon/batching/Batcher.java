package dev.wearon.batching;

import dev.wearon.batching.WaitingRequests.Part;
import dev.wearon.batching.WaitingRequests.Pending;
import dev.wearon.batching.WaitingRequests.Selection;
import dev.wearon.timing.Timers;
import dev.wearon.tracing.Traces;
import io.opentelemetry.api.trace.SpanContext;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
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

        /** The most requests of a failed batch that are executed one by one at the same time. */
        default int maxSingles() {
            return Integer.MAX_VALUE;
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
     * @param timeout a request that was not sent after this time fails. A batch is awaited for this time after its youngest request
     *     arrived, so an answer takes less than twice this time
     */
    public record Limits(int batchSize, int maxInFlight, Duration overlapAfter, int maxWaiting, Duration timeout) {}

    private final Work<Q, A> work;
    private final Function<Q, Object> keyOf;
    private final Limits limits;
    private final LongSupplier clock;
    private final AtomicBoolean startPlanned = new AtomicBoolean();
    private final AtomicBoolean overlapPlanned = new AtomicBoolean();

    // The lock of this object guards these fields. Code that holds the lock never blocks.
    private final WaitingRequests<Q, A> waiting = new WaitingRequests<>();
    private int inFlight;
    private long lastStart;

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

    /**
     * Fails with {@link Full} if the request was not tried. Any other failure means an unknown outcome. The answer is delivered on
     * the Vert.x context of the caller.
     */
    public Uni<A> submit(Q request) {
        return Uni.createFrom().emitter(answer -> {
            Context submitter = Vertx.currentContext();
            if (enqueue(new Pending<>(request, answer, submitter, clock, limits.timeout()))) {
                startAfterThisTick(submitter);
            } else {
                answer.fail(new Full(limits.maxWaiting()));
            }
        });
    }

    private synchronized boolean enqueue(Pending<Q, A> arrived) {
        if (waiting.size() == limits.maxWaiting()) {
            return false;
        }
        waiting.add(keyOf.apply(arrived.request()), arrived);
        return true;
    }

    private void startAfterThisTick(Context submitter) {
        if (submitter == null) {
            start();
        } else if (startPlanned.compareAndSet(false, true)) {
            // The root context: a batch belongs to no request.
            VertxContext.getRootContext(submitter).runOnContext(tick -> {
                startPlanned.set(false);
                start();
            });
        }
    }

    private void start() {
        Selection<Q, A> next = select();
        planOverlap().ifPresent(delay -> Timers.after(delay, this::startOverlapping));
        next.expired().forEach(Batcher::failExpired);
        if (!next.batch().isEmpty()) {
            execute(next.batch());
        }
    }

    private synchronized Selection<Q, A> select() {
        boolean mayStart = inFlight == 0 || inFlight < limits.maxInFlight() && untilOverlap() <= 0;
        Selection<Q, A> next = waiting.take(mayStart ? limits.batchSize() : 0);
        if (!next.batch().isEmpty()) {
            inFlight++;
            lastStart = System.nanoTime();
        }
        return next;
    }

    /** The nanoseconds until another batch may start beside the last one. */
    private long untilOverlap() {
        return limits.overlapAfter().toNanos() - (System.nanoTime() - lastStart);
    }

    /**
     * Returns when to start again, if a request waits for an overlapping batch and no start is planned. At the limit of running
     * batches the end of one of them starts the next one.
     */
    private synchronized Optional<Duration> planOverlap() {
        boolean needed = !waiting.noneReady() && inFlight < limits.maxInFlight();
        return needed && overlapPlanned.compareAndSet(false, true)
                ? Optional.of(Duration.ofNanos(Math.max(1, untilOverlap())))
                : Optional.empty();
    }

    private void startOverlapping() {
        overlapPlanned.set(false);
        start();
    }

    private synchronized void ended() {
        inFlight--;
    }

    private synchronized void release(Part<Q, A> part) {
        waiting.release(part.key());
    }

    private void execute(List<Part<Q, A>> batch) {
        List<Pending<Q, A>> requests =
                batch.stream().flatMap(part -> part.requests().stream()).toList();
        Duration longestTimeLeft = requests.stream()
                .map(Pending::timeLeft)
                .max(Duration::compareTo)
                .orElseThrow();
        Timers.within(
                        longestTimeLeft,
                        Uni.createFrom()
                                .deferred(() -> Traces.shared(
                                        "batch",
                                        traces(requests),
                                        () -> work.batch(requests.stream()
                                                .map(Pending::request)
                                                .toList())))
                                .invoke(answers -> requireOneEach(requests, answers)))
                .subscribe()
                .with(
                        answers -> {
                            ended();
                            batch.forEach(this::release);
                            // Starts the next batch before it answers, so that the server is not idle meanwhile.
                            start();
                            for (int i = 0; i < requests.size(); i++) {
                                requests.get(i).complete(answers.get(i));
                            }
                        },
                        failure -> failed(batch, requests, failure));
    }

    private static <Q, A> List<SpanContext> traces(List<Pending<Q, A>> requests) {
        return requests.stream().map(Pending::trace).flatMap(Optional::stream).toList();
    }

    /** Otherwise an answer could reach another request, or none. */
    private static void requireOneEach(List<?> requests, List<?> answers) {
        if (answers.size() != requests.size()) {
            throw new IllegalStateException("%d answers to %d requests".formatted(answers.size(), requests.size()));
        }
    }

    private void failed(List<Part<Q, A>> batch, List<Pending<Q, A>> requests, Throwable failure) {
        ended();
        if (work.repeatsSingly(failure)) {
            LOG.warnf("A batch of %d requests failed and is repeated request by request: %s", requests.size(), failure);
            executeSingly(batch);
        } else {
            LOG.warnf("A batch of %d requests failed: %s", requests.size(), failure);
            batch.forEach(this::release);
            requests.forEach(pending -> pending.fail(failure));
        }
        start();
    }

    private void executeSingly(List<Part<Q, A>> batch) {
        Multi.createFrom()
                .iterable(batch)
                .onItem()
                .transformToUni(this::executeOneByOne)
                .merge(work.maxSingles())
                .subscribe()
                .with(done -> {}, failure -> LOG.error("A request ended without an answer", failure));
    }

    /** Repeats the requests of one key. Later requests of this key wait; others do not. */
    private Uni<Void> executeOneByOne(Part<Q, A> part) {
        return Multi.createFrom()
                .iterable(part.requests())
                .onItem()
                .transformToUniAndConcatenate(this::executeSingle)
                .onTermination()
                .invoke(() -> {
                    release(part);
                    start();
                })
                .onItem()
                .ignoreAsUni();
    }

    /** Executes a request on its own. A failure becomes the answer of the request, so the Uni never fails. */
    private Uni<Void> executeSingle(Pending<Q, A> pending) {
        if (pending.expired()) {
            failExpired(pending);
            return Uni.createFrom().voidItem();
        }
        List<SpanContext> trace = pending.trace().stream().toList();
        return Timers.within(
                        pending.timeLeft(),
                        Uni.createFrom()
                                .deferred(() -> Traces.shared("single", trace, () -> work.single(pending.request()))))
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

    private static void failExpired(Pending<?, ?> pending) {
        pending.fail(new TimeoutException("The request waited too long and was not sent"));
    }
}
