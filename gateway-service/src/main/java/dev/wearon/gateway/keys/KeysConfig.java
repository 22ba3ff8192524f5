package dev.wearon.gateway.keys;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "wearon.keys")
interface KeysConfig {

    /** How often the database is asked what has changed. Above half a second the promise on revocation would break. */
    @WithDefault("500ms")
    Duration pollEvery();

    /** How long known keys go on while the database cannot be asked; at most a minute. */
    @WithDefault("60s")
    Duration believed();

    /** After how long a known key is looked up again although nothing has changed: rows may vanish without a trace. */
    @WithDefault("60s")
    Duration remembered();

    /** How many found keys are remembered at most. */
    @WithDefault("10000")
    int rememberedCount();

    /** How long the database may take before the caller is told to come back. */
    @WithDefault("2s")
    Duration lookupTimeout();

    /** How many look-ups in a second keys may cause that turn out to be nobody's. */
    @WithDefault("100")
    int unknownPerSecond();
}
