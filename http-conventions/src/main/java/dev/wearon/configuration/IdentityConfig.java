package dev.wearon.configuration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Optional;

/** The keys of signed identities. */
@ConfigMapping(prefix = "wearon.identity")
interface IdentityConfig {

    Optional<String> publicKeys();

    Optional<String> privateKey();

    /** As whom this service signs; its {@code application.properties} says so. */
    Optional<String> issuer();

    /** How many verified identities are remembered. */
    @WithDefault("10000")
    @Min(1)
    @Max(1000000)
    int verifiedCount();
}
