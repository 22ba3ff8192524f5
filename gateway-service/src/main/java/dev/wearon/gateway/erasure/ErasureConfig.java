package dev.wearon.gateway.erasure;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.erasure")
interface ErasureConfig {

    /** The interval at which the jobs of stores are looked for. */
    @WithDefault("1s")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(millis = 100) @DurationMax(seconds = 30) Duration> every();

    /** The time between the two passes of a redaction. Longer than the life of a shopper token and a create. */
    @WithDefault("20m")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 24)
    Duration secondPassAfter();
}
