package dev.wearon.configuration;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.OptionalInt;

/** The database of a service and its own role there; {@code application.properties} hands them to the clients. */
@ConfigMapping(prefix = "wearon.db")
interface DatabaseConfig {

    String url();

    String username();

    String password();

    @Min(1)
    @Max(1000)
    OptionalInt poolSize();
}
