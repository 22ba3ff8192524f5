package dev.wearon.generation.queue;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** How patient the queue's users are. */
@ConfigMapping(prefix = "wearon.queue")
interface QueueConfig {

    /** Of a push and of a look at the length. After it the outcome is unknown. */
    @WithDefault("2s")
    @DurationMin(millis = 50)
    @DurationMax(seconds = 4)
    Duration timeout();

    /** How long a pop waits at Redis for a permit before it asks anew. */
    @WithDefault("2s")
    @DurationMin(seconds = 1)
    @DurationMax(seconds = 5)
    Duration popWait();
}
