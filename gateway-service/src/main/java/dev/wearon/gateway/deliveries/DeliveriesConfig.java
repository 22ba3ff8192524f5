package dev.wearon.gateway.deliveries;

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

@ConfigMapping(prefix = "wearon.deliveries")
interface DeliveriesConfig {

    /** The interval at which notices are pulled and due messages are sent. */
    @WithDefault("1s")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(millis = 100) @DurationMax(seconds = 30) Duration> every();

    /** Deliveries of a process at the same time: so many to receivers that work, and so many to those that fail. */
    @WithDefault("64")
    @Min(1)
    @Max(1000)
    int concurrent();

    /** The longest time of an attempt. */
    @WithDefault("15s")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 20)
    Duration timeout();
}
