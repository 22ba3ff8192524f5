package dev.wearon.generation.queue;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Timeouts of calls to Redis. */
@ConfigMapping(prefix = "wearon.queue")
interface QueueConfig {

    /** Timeout of a push and of reading the list's length. After it the outcome is unknown. */
    @WithDefault("1s")
    @DurationMin(millis = 50)
    @DurationMax(seconds = 4)
    Duration timeout();

    /** The longest time that one pop waits in Redis for a permit. */
    @WithDefault("2s")
    @DurationMin(seconds = 1)
    @DurationMax(seconds = 5)
    Duration popWait();
}
