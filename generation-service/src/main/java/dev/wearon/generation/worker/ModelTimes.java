package dev.wearon.generation.worker;

import dev.wearon.generation.models.ImageModel.Outcome;
import dev.wearon.generation.models.ModelConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The time of the calls of the image model, {@code wearon_model_seconds}, by model and by how the call ended. All exist from the
 * start, so that the first failed call is an increase.
 */
@ApplicationScoped
@Startup
class ModelTimes {

    private enum End {
        PICTURE,
        BLOCKED,
        RETRYABLE,
        BAD_IMAGE,
        FAILED,
        TIMEOUT,
        /** The call threw an exception. */
        FAULT
    }

    private final Map<End, Timer> times = new EnumMap<>(End.class);

    ModelTimes(ModelConfig config, MeterRegistry metrics) {
        for (End end : End.values()) {
            times.put(
                    end,
                    Timer.builder("wearon.model")
                            .tag("model", lowerCase(config.name()))
                            .tag("outcome", lowerCase(end))
                            .serviceLevelObjectives(
                                    LongStream.of(100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 60_000)
                                            .mapToObj(Duration::ofMillis)
                                            .toArray(Duration[]::new))
                            .register(metrics));
        }
    }

    /**
     * @param outcome null after a timeout or a fault
     * @param fault null without one
     * @param started the {@link System#nanoTime()} of the call
     */
    void record(Outcome outcome, Throwable fault, long started) {
        End end = fault != null ? End.FAULT : outcome == null ? End.TIMEOUT : end(outcome);
        times.get(end).record(Duration.ofNanos(System.nanoTime() - started));
    }

    private static End end(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Picture ignored -> End.PICTURE;
            case Outcome.Blocked ignored -> End.BLOCKED;
            case Outcome.Retryable ignored -> End.RETRYABLE;
            case Outcome.BadImage ignored -> End.BAD_IMAGE;
            case Outcome.Failed ignored -> End.FAILED;
            case Outcome.GivenUp ignored -> throw new IllegalStateException("Only a scenario gives up");
        };
    }

    private static String lowerCase(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}
