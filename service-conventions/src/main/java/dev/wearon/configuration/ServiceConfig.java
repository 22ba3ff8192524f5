package dev.wearon.configuration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** What every service is told, whatever it does. The shared properties of this module hand it to the framework. */
final class ServiceConfig {

    private ServiceConfig() {}

    /** Where a service listens. Each has another port as its default, in its {@code application.properties}. */
    @ConfigMapping(prefix = "wearon.http")
    interface Http {

        Optional<String> host();

        /** 0 is any free one. */
        @Min(0)
        @Max(65535)
        OptionalInt port();
    }

    /** Where health and metrics are. */
    @ConfigMapping(prefix = "wearon.management")
    interface Management {

        Optional<String> host();

        /** 0 is any free one. */
        @Min(0)
        @Max(65535)
        OptionalInt port();
    }

    /** The database of a service and its own role there. */
    @ConfigMapping(prefix = "wearon.db")
    interface Database {

        String url();

        String username();

        String password();

        @Min(1)
        @Max(1000)
        OptionalInt poolSize();

        /** How long one statement may take, the wait for a connection included. */
        @WithDefault("2s")
        @DurationMin(millis = 50)
        @DurationMax(seconds = 30)
        Duration statementTimeout();
    }

    /** The keys of signed identities. */
    @ConfigMapping(prefix = "wearon.identity")
    interface Identity {

        Optional<String> publicKeys();

        Optional<String> privateKey();

        /** As whom this service signs; its {@code application.properties} says so. */
        Optional<String> issuer();

        /** How many signed identities are kept for their next use. */
        @WithDefault("10000")
        @Min(1)
        @Max(1000000)
        int signedCacheSize();

        /** How many verified identities are remembered. */
        @WithDefault("10000")
        @Min(1)
        @Max(1000000)
        int verifiedCacheSize();
    }
}
