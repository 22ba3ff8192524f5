package dev.wearon.gateway.incoming;

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

@ConfigMapping(prefix = "wearon.incoming")
interface IncomingConfig {

    /** The interval at which due webhooks are taken. A new one is worked on at once, unless all places are taken. */
    @WithDefault("1s")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(millis = 100) @DurationMax(seconds = 30) Duration> every();

    /** Webhooks on which a process works at the same time. */
    @WithDefault("8")
    @Min(1)
    @Max(1000)
    int concurrent();

    /** The longest time of an attempt. */
    @WithDefault("30s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration timeout();
}
