package dev.wearon.generation.worker;

import dev.wearon.generation.crash.CrashPoint;
import dev.wearon.generation.crash.CrashPoints;
import dev.wearon.generation.images.Images;
import dev.wearon.generation.models.ImageModel;
import dev.wearon.generation.models.ImageModel.Outcome;
import dev.wearon.generation.models.ModelConfig;
import dev.wearon.generation.queue.Permits;
import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.generation.sessions.Refunds;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** The loops that turn permits into pictures; as many as the configured concurrency. */
@ApplicationScoped
class Worker {

    private static final Logger LOG = Logger.getLogger(Worker.class);

    private final Permits permits;
    private final Leases leases;
    private final Images images;
    private final ImageModel model;
    private final Refunds refunds;
    private final CrashPoints crashPoints;
    private final WorkerConfig config;
    private final ModelConfig modelConfig;
    private final MeterRegistry metrics;
    private final String owner = "worker-" + ProcessHandle.current().pid();
    private final CountDownLatch running;
    private volatile boolean stopping;

    Worker(
            Permits permits,
            Leases leases,
            Images images,
            ImageModel model,
            Refunds refunds,
            CrashPoints crashPoints,
            WorkerConfig config,
            ModelConfig modelConfig,
            MeterRegistry metrics) {
        this.permits = permits;
        this.leases = leases;
        this.images = images;
        this.model = model;
        this.refunds = refunds;
        this.crashPoints = crashPoints;
        this.config = config;
        this.modelConfig = modelConfig;
        this.metrics = metrics;
        this.running = new CountDownLatch(config.concurrency());
    }

    void start(@Observes StartupEvent event) {
        for (int i = 0; i < config.concurrency(); i++) {
            loop();
        }
    }

    /** Takes no new permit and waits for what is being worked on; what is not done by then is taken over elsewhere. */
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        if (!running.await(config.drain().toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("Stopped with sessions still being worked on; their leases run out and others take over");
        }
    }

    private void loop() {
        if (stopping) {
            running.countDown();
            return;
        }
        permits.pop()
                .chain(permit ->
                        permit.isPresent() ? claimAndWork() : Uni.createFrom().voidItem())
                .onFailure()
                .recoverWithUni(this::pause)
                .subscribe()
                .with(done -> loop());
    }

    /** Nothing to claim is no fault: the permit was one too many. */
    private Uni<Void> claimAndWork() {
        Duration lease = modelConfig.timeout().plus(config.leaseMargin());
        return leases.claim(owner, lease, config.attempts()).chain(claim -> claim.map(this::work)
                .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    /** PostgreSQL or Redis is away. The session, if there is one, is found again when its lease runs out. */
    private Uni<Void> pause(Throwable fault) {
        if (!stopping) {
            LOG.warnf(fault, "A worker pauses for %s", config.pauseAfterFault());
        }
        return Uni.createFrom().voidItem().onItem().delayIt().by(config.pauseAfterFault());
    }

    private Uni<Void> work(Claim claim) {
        long started = System.nanoTime();
        crashPoints.passed(CrashPoint.CLAIM);
        LOG.infof("session=%s claimed attempt=%d request_id=%s", claim.sessionId(), claim.attempt(), claim.requestId());
        return attempt(claim).chain(attempt -> switch (attempt) {
            case Attempt.Finished finished -> complete(claim, finished, started);
            case Attempt.Again again -> handBack(claim, again);
            case Attempt.GivenUp givenUp -> fail(claim, givenUp);
        });
    }

    /** Never fails: a fault on the way is an attempt that may be repeated. */
    private Uni<Attempt> attempt(Claim claim) {
        return inputs(claim)
                .chain(inputs -> inputs.map(images -> render(claim, images))
                        .orElseGet(() -> ended(new Attempt.GivenUp(FailureCode.BAD_IMAGE, "an input is gone"))))
                .onFailure()
                .recoverWithItem(fault -> again(claim, backOff(claim), FailureCode.INTERNAL, fault.toString()));
    }

    /** One after the other, as they may be large; empty when one of them is gone. */
    private Uni<Optional<List<byte[]>>> inputs(Claim claim) {
        return Multi.createFrom()
                .iterable(claim.imagePaths())
                .onItem()
                .transformToUniAndConcatenate(path -> images.read(claim.storeId(), path, claim.requestId()))
                .collect()
                .asList()
                .map(Worker::allBytes);
    }

    private static Optional<List<byte[]>> allBytes(List<Images.Read> reads) {
        List<byte[]> all = new ArrayList<>();
        for (Images.Read read : reads) {
            switch (read) {
                case Images.Read.Bytes found -> all.add(found.bytes());
                case Images.Read.Gone ignored -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(all);
    }

    private Uni<Attempt> render(Claim claim, List<byte[]> inputs) {
        return model.render(new ImageModel.Request(claim.sessionId(), inputs, claim.prompt()))
                .ifNoItem()
                .after(modelConfig.timeout())
                .recoverWithItem(() -> null)
                .chain(outcome -> outcome == null ? timedOut(claim) : settle(claim, outcome));
    }

    private Uni<Attempt> timedOut(Claim claim) {
        String why = "the model took longer than " + modelConfig.timeout();
        return ended(again(claim, backOff(claim), FailureCode.MODEL_TIMEOUT, why));
    }

    private Uni<Attempt> settle(Claim claim, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Picture picture -> {
                crashPoints.passed(CrashPoint.MODEL_CALL);
                yield images.writeResult(claim.storeId(), claim.sessionId(), picture.jpeg(), claim.requestId())
                        .invoke(() -> crashPoints.passed(CrashPoint.OBJECT_WRITTEN))
                        .map(Attempt.Finished::new);
            }
            case Outcome.Blocked ignored ->
                ended(new Attempt.GivenUp(FailureCode.MODERATION_BLOCKED, "refused by moderation"));
            case Outcome.Retryable(Duration after, String why) ->
                ended(again(claim, after, FailureCode.MODEL_UNAVAILABLE, why));
            case Outcome.Failed failed -> ended(new Attempt.GivenUp(code(failed.reason()), failed.why()));
        };
    }

    private static FailureCode code(ImageModel.Reason reason) {
        return switch (reason) {
            case BAD_IMAGE -> FailureCode.BAD_IMAGE;
            case MODEL_UNAVAILABLE -> FailureCode.MODEL_UNAVAILABLE;
            case INTERNAL -> FailureCode.INTERNAL;
        };
    }

    /** Four times as long after each attempt, so that the attempts outlast a neighbour's restart. */
    private Duration backOff(Claim claim) {
        return config.backOff().multipliedBy(1L << Math.min(2 * (claim.attempt() - 1), 16));
    }

    private Attempt again(Claim claim, Duration after, FailureCode code, String why) {
        return Attempt.again(claim.attempt(), config.attempts(), after, code, why);
    }

    private static Uni<Attempt> ended(Attempt attempt) {
        return Uni.createFrom().item(attempt);
    }

    private Uni<Void> complete(Claim claim, Attempt.Finished finished, long started) {
        Duration worked = Duration.ofNanos(System.nanoTime() - started);
        return leases.complete(
                        claim, finished.result().path(), finished.result().expiresAt(), worked)
                .invoke(() -> crashPoints.passed(CrashPoint.COMPLETE))
                .invoke(done -> note(claim, done ? "completed" : "superseded", "in " + worked.toMillis() + " ms"))
                .replaceWithVoid();
    }

    private Uni<Void> handBack(Claim claim, Attempt.Again again) {
        return leases.handBack(claim, again.after())
                .invoke(done -> note(claim, done ? "handed_back" : "superseded", again.why()))
                .replaceWithVoid();
    }

    /** The credit goes back at once; if the ledger cannot be asked now, the refunder goes on trying. */
    private Uni<Void> fail(Claim claim, Attempt.GivenUp givenUp) {
        return leases.fail(claim, givenUp.code())
                .invoke(() -> crashPoints.passed(CrashPoint.FAIL))
                .invoke(done -> note(claim, done ? "failed" : "superseded", givenUp.code() + ": " + givenUp.why()))
                .chain(done -> done
                        ? refunds.release(claim.sessionId(), claim.storeId(), claim.requestId())
                        : Uni.createFrom().item(false))
                .replaceWithVoid();
    }

    private void note(Claim claim, String how, String why) {
        metrics.counter("wearon.worker.attempts", "outcome", how).increment();
        LOG.infof(
                "session=%s %s attempt=%d request_id=%s (%s)",
                claim.sessionId(), how, claim.attempt(), claim.requestId(), why);
    }
}
