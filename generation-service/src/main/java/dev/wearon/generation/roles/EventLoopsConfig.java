package dev.wearon.generation.roles;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** {@code application.properties} passes the value to Vert.x. */
@ConfigMapping(prefix = "wearon.event-loops")
interface EventLoopsConfig {

    /** The number of threads that serve requests. */
    @WithParentName
    @WithDefault("1")
    @Min(1)
    @Max(64)
    int count();
}
