package dev.wearon.gateway.bounds;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** {@code application.properties} passes it to the HTTP server. */
@ConfigMapping(prefix = "wearon.http")
interface ConnectionsConfig {

    /** Client connections to the public port; further ones are closed at once. */
    @WithDefault("10000")
    @Min(1)
    @Max(1000000)
    int maxConnections();
}
