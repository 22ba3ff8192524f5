package dev.wearon.gateway.outbox;

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

@ConfigMapping(prefix = "wearon.outbox")
interface OutboxConfig {

    /** How often news is looked for. */
    @WithDefault("1s")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(millis = 100) @DurationMax(seconds = 30) Duration> every();

    /** How many news are told at the same time, each of another store. */
    @WithDefault("16")
    @Min(1)
    @Max(1000)
    int batch();

    /** When news that was not acknowledged is told again. Longer than a call may take: until then it is its taker's. */
    @WithDefault("5s")
    @DurationMin(seconds = 4)
    @DurationMax(hours = 1)
    Duration retryAfter();

    /** The wait doubles with each attempt, up to this. */
    @WithDefault("60s")
    @DurationMin(seconds = 4)
    @DurationMax(hours = 1)
    @Bounds.AtLeast("wearon.outbox.retry-after")
    Duration retryMax();
}
