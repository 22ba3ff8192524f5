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

    /** The interval of the janitor. With {@code off} it does not run. */
    @WithDefault("10s")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(millis = 100) @DurationMax(seconds = 20) Duration> janitorEvery();

    /** The interval of the removal of orphans. With {@code off} it does not run. */
    @WithDefault("15m")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(seconds = 1) @DurationMax(days = 1) Duration> orphansEvery();

    /** The time that bytes outlive their row, because a read may have found the row before. */
    @WithDefault("10s")
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 20)
    Duration grace();

    /** The most rows that one statement reads or deletes. */
    @WithDefault("500")
    @Min(1)
    @Max(10000)
    int batch();

    /** The most concurrent calls to the backend. */
    @WithDefault("16")
    @Min(1)
    @Max(1000)
    int concurrency();

    /** The longest duration of the operator's search. It must be shorter than the gateway's timeout. */
    @WithDefault("25s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration reportTimeout();

    /** Up to this many orphans of a kind are removed, even if they are more than half of the entries. */
    @WithDefault("20")
    @Min(0)
    @Max(1000000000)
    int orphansSafeCount();
}
