package dev.wearon.generation.worker;

import dev.wearon.generation.crash.CrashPoint;
import dev.wearon.generation.crash.CrashPoints;
import dev.wearon.generation.images.Images;
import dev.wearon.generation.models.ImageModel;
import dev.wearon.generation.models.ImageModel.Outcome;
import dev.wearon.generation.models.ModelConfig;
import dev.wearon.generation.models.ScenarioModel;
import dev.wearon.generation.scenarios.Scenario;
import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.tracing.Traces;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs one attempt at a claimed session: inputs → model → result in storage. {@link Worker} writes the result to the session.
 */
@ApplicationScoped
class AttemptRunner {

    private final ImageModel model;
    private final ScenarioModel scenarioModel;
    private final ModelTimes times;
    private final CrashPoints crashPoints;
    private final WorkerConfig config;
    private final ModelConfig modelConfig;

    AttemptRunner(
            ImageModel model,
            ScenarioModel scenarioModel,
            ModelTimes times,
            CrashPoints crashPoints,
            WorkerConfig config,
            ModelConfig modelConfig) {
        this.model = model;
        this.scenarioModel = scenarioModel;
        this.times = times;
        this.crashPoints = crashPoints;
        this.config = config;
        this.modelConfig = modelConfig;
    }

    /**
     * Never fails: a fault becomes a retry or a failed attempt. It may be cancelled at any point; the next attempt finds a
     * result that was already written.
     */
    Uni<AttemptResult> run(Claim claim) {
        return inputs(claim)
                .chain(inputs -> inputs.map(images -> render(claim, images))
                        .orElseGet(() -> result(new AttemptResult.Failed(FailureCode.BAD_IMAGE, "an input is gone"))))
                .onFailure()
                .recoverWithItem(
                        fault -> retryOrFail(claim, retryDelay(claim), FailureCode.INTERNAL, fault.toString()));
    }

    /** Reads one input after the other, because they may be large. Empty when an input is gone. */
    private Uni<Optional<List<byte[]>>> inputs(Claim claim) {
        return Multi.createFrom()
                .iterable(claim.imagePaths())
                .onItem()
                .transformToUniAndConcatenate(
                        path -> claim.owner().channel().read(claim.owner().id(), path, claim.requestId()))
                .collect()
                .asList()
                .map(AttemptRunner::bytesUnlessMissing);
    }

    private static Optional<List<byte[]>> bytesUnlessMissing(List<Images.Read> reads) {
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

    private Uni<AttemptResult> render(Claim claim, List<byte[]> inputs) {
        long started = System.nanoTime();
        ImageModel.Request request =
                new ImageModel.Request(claim.sessionId(), inputs, claim.prompt(), claim.garmentType());
        Optional<Scenario> scenario = claim.scenario();
        Duration limit =
                modelConfig.timeout().plus(scenario.map(Scenario::extraTime).orElse(Duration.ZERO));
        return Traces.step("model", () -> scenario.map(forced -> scenarioModel.render(forced, request, claim.attempt()))
                        .orElseGet(() -> model.render(request)))
                .ifNoItem()
                .after(limit)
                .recoverWithItem(() -> null)
                .onItemOrFailure()
                .invoke((outcome, fault) -> {
                    // A scenario says nothing about the model.
                    if (scenario.isEmpty()) {
                        times.record(outcome, fault, started);
                    }
                })
                .chain(outcome -> outcome == null ? timedOut(claim, limit) : resultOf(claim, outcome));
    }

    private Uni<AttemptResult> timedOut(Claim claim, Duration limit) {
        String why = "the model took longer than " + limit;
        return result(retryOrFail(claim, retryDelay(claim), FailureCode.MODEL_TIMEOUT, why));
    }

    private Uni<AttemptResult> resultOf(Claim claim, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Picture picture -> {
                crashPoints.passed(CrashPoint.MODEL_CALL, claim.owner().id());
                yield claim.owner()
                        .channel()
                        .writeResult(
                                claim.owner().id(),
                                claim.sessionId(),
                                claim.details(),
                                picture.jpeg(),
                                claim.requestId())
                        .invoke(() -> crashPoints.passed(
                                CrashPoint.OBJECT_WRITTEN, claim.owner().id()))
                        .map(AttemptResult.Completed::new);
            }
            case Outcome.Blocked ignored ->
                result(new AttemptResult.Failed(FailureCode.MODERATION_BLOCKED, "refused by moderation"));
            case Outcome.Retryable(Duration after, String why) ->
                result(retryOrFail(claim, after, FailureCode.MODEL_UNAVAILABLE, why));
            case Outcome.BadImage(String message, String why) ->
                result(new AttemptResult.Failed(FailureCode.BAD_IMAGE, FailureCode.BAD_IMAGE.message(message), why));
            case Outcome.GivenUp ignored -> result(new AttemptResult.LeaseLost());
            case Outcome.Failed failed -> result(new AttemptResult.Failed(code(failed.reason()), failed.why()));
        };
    }

    private static FailureCode code(ImageModel.Reason reason) {
        return switch (reason) {
            case MODEL_UNAVAILABLE -> FailureCode.MODEL_UNAVAILABLE;
            case INTERNAL -> FailureCode.INTERNAL;
        };
    }

    /** Grows by a factor of four with each attempt, so that the attempts outlast a restart of another service. */
    private Duration retryDelay(Claim claim) {
        return config.retryDelay().multipliedBy(1L << Math.min(2 * (claim.attempt() - 1), 16));
    }

    private AttemptResult retryOrFail(Claim claim, Duration after, FailureCode code, String why) {
        return AttemptResult.retryOrFail(claim.attempt(), config.attempts(), after, code, why);
    }

    private static Uni<AttemptResult> result(AttemptResult result) {
        return Uni.createFrom().item(result);
    }
}
