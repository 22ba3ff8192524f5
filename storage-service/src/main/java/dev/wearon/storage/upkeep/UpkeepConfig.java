package dev.wearon.storage.upkeep;

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

@ConfigMapping(prefix = "wearon.upkeep")
interface UpkeepConfig {

    /** How often the janitor looks; {@code off} for never. */
    @WithDefault("10s")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(millis = 100) @DurationMax(seconds = 20) Duration> janitorEvery();

    /** How often orphans are looked for; {@code off} for never. */
    @WithDefault("15m")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(seconds = 1) @DurationMax(days = 1) Duration> orphansEvery();

    /** How long the bytes outlive their row: a read that has seen the row still opens them. */
    @WithDefault("10s")
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 20)
    Duration grace();

    /** Rows in one statement, blobs in one question. */
    @WithDefault("500")
    @Min(1)
    @Max(10000)
    int batch();

    /** Touches of the backend at a time. */
    @WithDefault("16")
    @Min(1)
    @Max(1000)
    int concurrency();

    /** How long the operator's search may take; shorter than the gateway waits for it. */
    @WithDefault("25s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration reportTimeout();

    /** Up to so many orphans of a kind are removed whatever their share; above that more than half is a mistake. */
    @WithDefault("20")
    @Min(0)
    @Max(1000000000)
    int orphansSafeCount();
}
