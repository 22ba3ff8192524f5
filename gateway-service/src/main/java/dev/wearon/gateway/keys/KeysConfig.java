package dev.wearon.gateway.keys;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "wearon.keys")
interface KeysConfig {

    /** How long a found key is believed without asking again. Above one second the promise on revocation would break. */
    @WithDefault("800ms")
    Duration remembered();

    /** How many found keys are remembered at most. */
    @WithDefault("10000")
    int rememberedCount();

    /** How long the database may take before the caller is told to come back. */
    @WithDefault("2s")
    Duration lookupTimeout();
}
