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

    /** How often the janitor runs; {@code off} for never. */
    @WithDefault("10s")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(millis = 100) @DurationMax(seconds = 20) Duration> janitorEvery();

    /** How often orphans are removed; {@code off} for never. */
    @WithDefault("15m")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(seconds = 1) @DurationMax(days = 1) Duration> orphansEvery();

    /** How long bytes outlive their row, for reads that have found the row before. */
    @WithDefault("10s")
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 20)
    Duration grace();

    /** Rows that one statement reads or deletes. */
    @WithDefault("500")
    @Min(1)
    @Max(10000)
    int batch();

    /** Concurrent calls to the backend. */
    @WithDefault("16")
    @Min(1)
    @Max(1000)
    int concurrency();

    /** How long the operator's search may take. Must be shorter than the gateway's timeout. */
    @WithDefault("25s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration reportTimeout();

    /** Up to this many orphans of a kind are removed, even if they are more than half of everything. */
    @WithDefault("20")
    @Min(0)
    @Max(1000000000)
    int orphansSafeCount();
}
