package dev.wearon.generation.calls;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The connections to the other services. */
@ConfigMapping(prefix = "wearon.calls")
interface CallsConfig {

    /** The longest wait for a connection. */
    @WithDefault("500ms")
    @DurationMin(millis = 10)
    @DurationMax(seconds = 20)
    Duration connectTimeout();

    /** The most connections to one service. {@link HttpCalls} limits how many calls may wait for one. */
    @WithDefault("64")
    @Min(1)
    @Max(1000)
    int connections();
}
