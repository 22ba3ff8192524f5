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

    /** The interval at which the relay polls the outbox. */
    @WithDefault("1s")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(millis = 100) @DurationMax(seconds = 30) Duration> every();

    /** The number of events that are sent concurrently, each of a different store. */
    @WithDefault("16")
    @Min(1)
    @Max(1000)
    int batch();

    /**
     * The lease of an event: it is sent again after this time without an acknowledgement. Must be longer than the timeouts of
     * the call.
     */
    @WithDefault("5s")
    @DurationMin(seconds = 4)
    @DurationMax(hours = 1)
    Duration retryAfter();

    /** The lease doubles with each attempt up to this value. */
    @WithDefault("60s")
    @DurationMin(seconds = 4)
    @DurationMax(hours = 1)
    @Bounds.AtLeast("wearon.outbox.retry-after")
    Duration retryMax();
}
