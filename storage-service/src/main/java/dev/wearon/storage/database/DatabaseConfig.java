package dev.wearon.storage.database;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "wearon.storage")
interface DatabaseConfig {

    /** How long one statement may take. */
    @WithDefault("2s")
    Duration tableTimeout();
}
