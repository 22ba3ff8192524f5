package dev.wearon.gateway.bounds;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** {@code application.properties} hands it to the HTTP server. */
@ConfigMapping(prefix = "wearon.http")
interface ConnectionsConfig {

    /** Connections of clients to the public port; one more is closed at once. */
    @WithDefault("10000")
    @Min(1)
    @Max(1000000)
    int maxConnections();
}
