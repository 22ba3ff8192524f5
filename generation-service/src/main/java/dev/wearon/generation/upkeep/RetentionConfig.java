package dev.wearon.generation.upkeep;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** How long rows are kept. {@code wearon.sessions.idempotency-key-ttl} is the time of Idempotency-Keys. */
@ConfigMapping(prefix = "wearon.retention")
interface RetentionConfig {

    /**
     * The age of the finished sessions that are deleted. It is more than the longest time of an Idempotency-Key, so that no key
     * outlives its session. Empty: they are kept for ever.
     */
    @WithDefault("400d")
    @WithConverter(Bounds.KeptFor.class)
    Optional<@DurationMin(days = 31) @DurationMax(days = 36500) Duration> sessions();

    /** The age of the events that are deleted. Empty: they are kept for ever. */
    @WithDefault("90d")
    @WithConverter(Bounds.KeptFor.class)
    Optional<@DurationMin(days = 1) @DurationMax(days = 36500) Duration> events();

    @WithDefault("1m")
    @DurationMin(millis = 100)
    @DurationMax(hours = 24)
    Duration every();

    /** The number of rows that one statement deletes. */
    @WithDefault("500")
    @Min(1)
    @Max(10000)
    int batch();

    /** After this time a round begins no further batch of a table. The next round continues. */
    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration roundLimit();
}
