package dev.wearon.generation.worker;

import dev.wearon.generation.crash.CrashPoint;
import dev.wearon.generation.crash.CrashPoints;
import dev.wearon.generation.models.ModelConfig;
import dev.wearon.generation.queue.Permits;
import dev.wearon.generation.queue.Task;
import dev.wearon.generation.roles.Role;
import dev.wearon.generation.roles.Roles;
import dev.wearon.generation.sessions.Publications;
import dev.wearon.generation.sessions.Refunds;
import dev.wearon.generation.sessions.Status;
import dev.wearon.generation.worker.AttemptMetrics.End;
import dev.wearon.http.RequestId;
import dev.wearon.tracing.Traces;
import io.opentelemetry.api.trace.SpanKind;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;

/** The loops that pop permits and make pictures; as many as the configured concurrency. */
@ApplicationScoped
class Worker {

    private static final Logger LOG = Logger.getLogger(Worker.class);

    /** Longer than a statement on one row holds its lock. */
    private static final Duration ROW_LOCK_WAIT = Duration.ofMillis(50);

    /** The limit of repeats when PostgreSQL does not answer the write of a result. */
    private static final int MAX_WRITE_RETRIES = 8;

    private final Permits permits;
    private final Leases leases;
    private final AttemptRunner attempts;
    private final Refunds refunds;
    private final Publications publications;
    private final EndedSessions endedSessions;
    private final CrashPoints crashPoints;
    private final WorkerConfig config;
    private final AttemptMetrics metrics;
    private final Duration lease;
    private final Drain drain;

    Worker(
            Permits permits,
            Leases leases,
            AttemptRunner attempts,
            Refunds refunds,
            Publications publications,
            EndedSessions endedSessions,
            CrashPoints crashPoints,
            WorkerConfig config,
            ModelConfig modelConfig,
            Roles roles,
            AttemptMetrics metrics) {
        this.permits = permits;
        this.leases = leases;
        this.attempts = attempts;
        this.refunds = refunds;
        this.publications = publications;
        this.endedSessions = endedSessions;
        this.crashPoints = crashPoints;
        this.config = config;
        this.metrics = metrics;
        this.lease = modelConfig.timeout().plus(config.leaseMargin());
        this.drain = new Drain(roles.include(Role.WORKER) ? config.concurrency() : 0);
    }

    void start(@Observes StartupEvent event) {
        metrics.loops(drain.loops());
        for (int i = 0; i < drain.loops(); i++) {
            loop();
        }
    }

    /** Called after SIGTERM, when the service has reported that it is not ready. */
    void beginDrain(@Observes ShutdownDelayInitiatedEvent event) {
        drain.begin(config.drainTimeout());
    }

    /** Attempts may end until the drain timeout. After it their claims are undone. */
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        drain.begin(config.drainTimeout());
        if (!drain.awaitLoops()) {
            LOG.warn("Stopped before all claims could be undone; another worker takes over when their leases end");
        }
    }

    private void loop() {
        if (drain.hasBegun()) {
            withRetries(Uni.createFrom().deferred(leases::undoUnanswered))
                    .onFailure()
                    .invoke(fault ->
                            LOG.warnf("Claims without an answer could not be undone; their leases will end: %s", fault))
                    .onFailure()
                    .recoverWithNull()
                    .subscribe()
                    .with(done -> drain.loopEnded());
            return;
        }
        Uni.createFrom()
                .deferred(() -> leases.tryUndoUnanswered().chain(permits::pop))
                .chain(permit -> permit.map(this::process)
                        .orElseGet(() -> Uni.createFrom().voidItem()))
                .onFailure()
                .recoverWithUni(this::pause)
                .subscribe()
                .with(done -> loop());
    }

    /** A permit popped while the worker stops goes back to the list. */
    Uni<Void> process(Task permit) {
        return drain.hasBegun() ? permits.putBack(permit) : claimAndWork(permit, this::nothingClaimed);
    }

    private Uni<Void> claimAndWork(Task permit, Function<Task, Uni<Void>> ifNothingClaimed) {
        return leases.claim(permit.owner().channel(), lease, config.attempts())
                .chain(claim -> claim.map(held -> work(held, permit)).orElseGet(() -> ifNothingClaimed.apply(permit)));
    }

    /** The permit is surplus. That is no fault, unless the permit's session does not exist. */
    private Uni<Void> nothingClaimed(Task permit) {
        return leases.status(permit.sessionId(), permit.owner()).chain(status -> {
            if (status.isEmpty()) {
                permits.dropWithoutSession(permit);
            }
            // A claim skips a locked row, for example while a repeated create acknowledges the session.
            return status.filter(Status.QUEUED::equals).isPresent()
                    ? Uni.createFrom()
                            .voidItem()
                            .onItem()
                            .delayIt()
                            .by(ROW_LOCK_WAIT)
                            .chain(() -> claimAndWork(
                                    permit, noSession -> Uni.createFrom().voidItem()))
                    : Uni.createFrom().voidItem();
        });
    }

    /** PostgreSQL, Redis or the permit's channel is down. A claimed session becomes claimable again when its lease ends. */
    private Uni<Void> pause(Throwable fault) {
        if (!drain.hasBegun()) {
            LOG.warnf(fault, "A worker pauses for %s", config.pauseAfterFault());
        }
        return Uni.createFrom().voidItem().onItem().delayIt().by(config.pauseAfterFault());
    }

    /** @param permit goes back to the list when this worker stops before the attempt ends */
    Uni<Void> work(Claim claim, Task permit) {
        long started = System.nanoTime();
        metrics.began(claim);
        crashPoints.passed(CrashPoint.CLAIM, claim.owner().id());
        log(Level.INFO, claim, "session=%s claimed attempt=%d".formatted(claim.sessionId(), claim.attempt()));
        return Traces.continued(claim.trace(), "try-on", SpanKind.CONSUMER, () -> attempt(claim, permit, started));
    }

    private Uni<Void> attempt(Claim claim, Task permit, long started) {
        return Uni.combine()
                .any()
                .<AttemptResult>of(attempts.run(claim), leaseLost(claim), endedSessions.of(claim), drain.expired())
                .chain(result -> switch (result) {
                    case AttemptResult.Completed completed -> complete(claim, completed, started);
                    case AttemptResult.Retry retry -> handBack(claim, retry, permit);
                    case AttemptResult.Failed failed -> fail(claim, failed);
                    case AttemptResult.LeaseLost ignored -> {
                        recordResult(claim, false, End.SUPERSEDED, "its lease ran out");
                        yield Uni.createFrom().voidItem();
                    }
                    case AttemptResult.SessionEnded ignored -> {
                        recordResult(claim, false, End.SUPERSEDED, "its session has ended");
                        yield Uni.createFrom().voidItem();
                    }
                    case AttemptResult.Stopped ignored -> undo(claim, permit);
                })
                .onTermination()
                .invoke(metrics::left);
    }

    /** Renews the lease until a renewal is refused. */
    private Uni<AttemptResult> leaseLost(Claim claim) {
        Duration period = lease.dividedBy(3);
        return Multi.createFrom()
                .ticks()
                .startingAfter(period)
                .every(period)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> renew(claim))
                .filter(held -> !held)
                .toUni()
                .replaceWith(AttemptResult.LeaseLost::new);
    }

    /** If PostgreSQL does not answer, the attempt continues. If the lease was lost, the attempt's writes are refused. */
    private Uni<Boolean> renew(Claim claim) {
        return leases.renew(claim, lease).onFailure().recoverWithItem(fault -> {
            log(
                    Level.WARN,
                    claim,
                    "The lease of session %s could not be renewed: %s".formatted(claim.sessionId(), fault));
            return true;
        });
    }

    private Uni<Void> complete(Claim claim, AttemptResult.Completed completed, long started) {
        Duration worked = Duration.ofNanos(System.nanoTime() - started);
        return withRetries(leases.complete(
                                claim,
                                completed.result().path(),
                                completed.result().expiresAt(),
                                worked)
                        .invoke(() -> crashPoints.passed(
                                CrashPoint.COMPLETE, claim.owner().id())))
                .invoke(done -> recordResult(claim, done, End.COMPLETED, "in " + worked.toMillis() + " ms"))
                .chain(done -> done
                        ? publish(claim, completed.result().path())
                        : Uni.createFrom().voidItem());
    }

    /** If storage does not answer, a read of the session or the publisher tries again. */
    private Uni<Void> publish(Claim claim, String path) {
        return publications
                .publish(new Publications.Result(claim.sessionId(), claim.owner(), path))
                .onFailure()
                .recoverWithItem(fault -> {
                    log(
                            Level.WARN,
                            claim,
                            "The picture of session %s is not published yet: %s".formatted(claim.sessionId(), fault));
                    return null;
                });
    }

    private Uni<Void> handBack(Claim claim, AttemptResult.Retry retry, Task permit) {
        return writtenOrUnanswered(leases.handBack(claim, retry.after()))
                .invoke(done -> {
                    recordResult(claim, done, End.HANDED_BACK, retry.why());
                    if (done) {
                        permits.putBackAfter(retry.after(), permit);
                    }
                })
                .replaceWithVoid();
    }

    /** Gives the credit back at once. If the ledger does not answer, the refunder retries. */
    private Uni<Void> fail(Claim claim, AttemptResult.Failed failed) {
        return withRetries(leases.fail(claim, failed)
                        .invoke(() -> crashPoints.passed(
                                CrashPoint.FAIL, claim.owner().id())))
                .invoke(done -> recordResult(claim, done, End.FAILED, failed.code() + ": " + failed.why()))
                .chain(done -> done ? release(claim) : Uni.createFrom().voidItem());
    }

    private Uni<Void> release(Claim claim) {
        return refunds.release(claim.sessionId(), claim.owner(), claim.requestId())
                .onFailure()
                .recoverWithItem(fault -> {
                    log(
                            Level.WARN,
                            claim,
                            "The credit of session %s is not given back yet: %s".formatted(claim.sessionId(), fault));
                    return false;
                })
                .replaceWithVoid();
    }

    /** First the row, then the permit, so that the next worker finds a session to claim. */
    private Uni<Void> undo(Claim claim, Task permit) {
        return writtenOrUnanswered(leases.undo(claim))
                .invoke(done -> recordResult(claim, done, End.CUT_SHORT, "the worker stops"))
                .chain(done -> done ? permits.putBack(permit) : Uni.createFrom().voidItem());
    }

    /** Retries when PostgreSQL does not answer. Each write names its attempt and lease owner, so a repeat is harmless. */
    private static <T> Uni<T> withRetries(Uni<T> write) {
        return write.onFailure()
                .retry()
                .withBackOff(Duration.ofMillis(200), Duration.ofSeconds(2))
                .atMost(MAX_WRITE_RETRIES);
    }

    /**
     * Writes with repeats. A repeat that changes nothing has most likely found its own earlier write. A surplus permit is
     * harmless.
     *
     * @return whether the session can be claimed again
     */
    private static Uni<Boolean> writtenOrUnanswered(Uni<Boolean> write) {
        AtomicBoolean unanswered = new AtomicBoolean();
        return withRetries(write.onFailure().invoke(() -> unanswered.set(true))).map(done -> done || unanswered.get());
    }

    private void recordResult(Claim claim, boolean written, End how, String why) {
        End end = written ? how : End.SUPERSEDED;
        metrics.ended(end);
        log(
                Level.INFO,
                claim,
                "session=%s %s attempt=%d (%s)".formatted(claim.sessionId(), end.wire(), claim.attempt(), why));
    }

    /**
     * Logs with the request id of the create, set on the record: an id set in the log context (MDC) was missing in production.
     */
    private static void log(Level level, Claim claim, String line) {
        ExtLogRecord logged = new ExtLogRecord(level, line, ExtLogRecord.FormatStyle.NO_FORMAT, Worker.class.getName());
        logged.setLoggerName(Worker.class.getName());
        logged.putMdc(RequestId.LOG_KEY, claim.requestId());
        org.jboss.logmanager.Logger.getLogger(Worker.class.getName()).logRaw(logged);
    }
}
