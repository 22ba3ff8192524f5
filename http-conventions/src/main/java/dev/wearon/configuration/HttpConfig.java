package dev.wearon.configuration;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Optional;
import java.util.OptionalInt;

/** Where a service listens. Each has another port as its default, in its {@code application.properties}. */
@ConfigMapping(prefix = "wearon.http")
interface HttpConfig {

    Optional<String> host();

    /** 0 is any free one. */
    @Min(0)
    @Max(65535)
    OptionalInt port();
}
