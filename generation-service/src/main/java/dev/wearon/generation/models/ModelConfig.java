package dev.wearon.generation.models;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The image model and its limits. */
@ConfigMapping(prefix = "wearon.model")
public interface ModelConfig {

    @WithDefault("local")
    Name name();

    /** The longest time that a worker waits for one picture. */
    @WithDefault("20s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 10)
    Duration timeout();

    /** A session that is unfinished after this time fails, unless its create asked for another one. */
    @WithDefault("10m")
    @DurationMin(seconds = 10)
    @DurationMax(hours = 24)
    @Bounds.AtLeast("wearon.model.timeout")
    Duration deadline();

    /** The shortest deadline that a create may ask for. */
    @WithDefault("1s")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 1)
    Duration leastDeadline();

    /** The number of pictures that the local model makes at the same time, if the memory is enough for them. */
    @WithDefault("2")
    @Min(1)
    @Max(64)
    int concurrency();

    /** The limit of pictures that wait for the local model. One more is refused as retryable. */
    @WithDefault("16")
    @Min(1)
    @Max(10000)
    int maxWaiting();

    /**
     * The memory of all pictures that the local model makes at the same time. A picture whose images need more than is free
     * waits; one that needs more than this is made alone.
     */
    @WithDefault("208M")
    @WithConverter(Bounds.Bytes.class)
    @Min(33554432)
    @Max(68719476736L)
    long memory();

    enum Name {
        LOCAL
    }
}
