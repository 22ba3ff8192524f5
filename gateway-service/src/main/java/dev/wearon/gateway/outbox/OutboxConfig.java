package dev.wearon.gateway.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "wearon.outbox")
interface OutboxConfig {

    /** How many news are told at the same time, each of another store. */
    @WithDefault("16")
    int batch();

    /** When news that was not acknowledged is told again. Longer than a call may take: until then it is its taker's. */
    @WithDefault("5s")
    Duration retryAfter();

    /** The wait doubles with each attempt, up to this. */
    @WithDefault("60s")
    Duration retryAtMost();
}
