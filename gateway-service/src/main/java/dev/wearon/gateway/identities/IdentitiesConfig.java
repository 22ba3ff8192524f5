package dev.wearon.gateway.identities;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

@ConfigMapping(prefix = "wearon.identity")
interface IdentitiesConfig {

    /** How many signed identities are remembered. */
    @WithDefault("10000")
    @Min(1)
    @Max(1000000)
    int rememberedCount();
}
