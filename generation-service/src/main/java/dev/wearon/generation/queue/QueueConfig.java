package dev.wearon.generation.queue;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How patient the queue's users are. */
@ConfigMapping(prefix = "wearon.queue")
interface QueueConfig {

    /** Of a push and of a look at the length. After it the outcome is unknown. */
    @WithDefault("2s")
    Duration timeout();

    /** How long a pop waits at Redis for a permit before it asks anew. */
    @WithDefault("2s")
    Duration popWait();
}
