package dev.wearon.gateway.demo;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import java.util.Optional;

@ConfigMapping(prefix = "wearon.demo")
interface DemoConfig {

    String URL = "http://[^/?#@]+/[^?#@]*";
    String URL_MESSAGE = "must be a URL like http://localhost:8091/";

    /** Whether the demo pages exist. The gateway starts with them only on a loopback address. */
    @WithDefault("false")
    boolean pages();

    /** Where {@code /demo} leads; empty: the demo shop does not run. */
    Optional<@Pattern(regexp = URL, message = URL_MESSAGE) String> shopUrl();
}
