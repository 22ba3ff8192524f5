package dev.wearon.configuration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The configuration that all services share. The shared properties of this module pass it to Quarkus. */
final class ServiceConfig {

    private ServiceConfig() {}

    /** The public port. Each service has its own default in its {@code application.properties}. */
    @ConfigMapping(prefix = "wearon.http")
    interface Http {

        Optional<String> host();

        /** 0 means any free port. */
        @Min(0)
        @Max(65535)
        OptionalInt port();

        /** The longest time after which a connection of a caller is not used again. */
        @WithDefault("20s")
        @DurationMin(millis = 100)
        @DurationMax(days = 1)
        Duration connectionLifetime();
    }

    /** The port of health checks and metrics. */
    @ConfigMapping(prefix = "wearon.management")
    interface Management {

        Optional<String> host();

        /** 0 means any free port. */
        @Min(0)
        @Max(65535)
        OptionalInt port();
    }

    /** The end of the process. */
    @ConfigMapping(prefix = "wearon.shutdown")
    interface Shutdown {

        /** How long the service answers after it stopped being ready, so that its callers notice. */
        @WithDefault("0s")
        @DurationMin(seconds = 0)
        @DurationMax(minutes = 5)
        Duration delay();
    }

    /** The log on standard output. */
    @ConfigMapping(prefix = "wearon.log")
    interface Log {

        /** Whether each line is a JSON object. */
        @WithDefault("true")
        boolean json();
    }

    /** The traces of requests. {@link ConnectionSettings} passes the endpoint to Quarkus. */
    @ConfigMapping(prefix = "wearon.traces")
    interface Traces {

        /** The URL of a collector that takes OTLP over HTTP, for example {@code http://collector:4318}. Without it, no traces. */
        Optional<String> endpoint();

        /** The part of all requests that is traced; 0 to 1. */
        @WithDefault("0.01")
        @DecimalMin("0")
        @DecimalMax("1")
        double ratio();
    }

    /** A file with further variables. {@link SettingsFile} reads it. */
    @ConfigMapping(prefix = "wearon.settings")
    interface Settings {

        Optional<String> file();
    }

    /** The database, and the role of the service in it. */
    @ConfigMapping(prefix = "wearon.db")
    interface Database {

        String url();

        String username();

        String password();

        @Min(1)
        @Max(1000)
        OptionalInt poolSize();

        /** A file with the certificates of authorities, as PEM. With it, connections use TLS and check the server's name. */
        Optional<String> ca();

        /** Whether a pooler between the service and PostgreSQL gives each transaction another connection. */
        @WithDefault("false")
        boolean transactionPooling();

        /** Whether the service migrates its schema when it starts. */
        @WithDefault("true")
        boolean migrateAtStart();

        /** The timeout of one statement, including the wait for a connection. */
        @WithDefault("2s")
        @DurationMin(millis = 50)
        @DurationMax(seconds = 30)
        Duration statementTimeout();
    }

    /** Redis. {@link ConnectionSettings} passes the values to the clients of Quarkus. */
    @ConfigMapping(prefix = "wearon.redis")
    interface Redis {

        /** One server; or several Sentinels, separated by commas. */
        Optional<String> url();

        /** A file with the certificates of authorities, as PEM. With it, connections use TLS and check the server's name. */
        Optional<String> ca();

        /** The name under which the Sentinels know the primary. */
        Optional<String> sentinelMaster();
    }

    /** The keys and caches of signed identities. */
    @ConfigMapping(prefix = "wearon.identity")
    interface Identity {

        Optional<String> publicKeys();

        Optional<String> privateKey();

        /** The issuer of the identities that this service signs; set in its {@code application.properties}. */
        Optional<String> issuer();

        /** The number of signed identities that are cached for reuse. */
        @WithDefault("10000")
        @Min(1)
        @Max(1000000)
        int signedCacheSize();

        /** The number of verified identities that are cached. */
        @WithDefault("10000")
        @Min(1)
        @Max(1000000)
        int verifiedCacheSize();
    }
}
