package dev.wearon.configuration;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Sets the many properties of Quarkus that one variable stands for: TLS to PostgreSQL and Redis, a pooler in front of PostgreSQL,
 * and Sentinels of Redis. A variable {@code QUARKUS_…} overrides a property that is set here.
 */
public final class ConnectionSettings implements ConfigSourceFactory {

    private static final String NAME = "connections of a WearOn service";

    /** More than the files in the jars (250), less than environment variables (300). */
    private static final int ORDINAL = 260;

    /** The default client and the one for blocking pops. */
    private static final List<String> REDIS_CLIENTS = List.of("quarkus.redis.", "quarkus.redis.pops.");

    private static final String REACTIVE = "quarkus.datasource.reactive.";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        Map<String, String> settings = new HashMap<>();
        Optional<String> database = value(context, "wearon.db.url");
        boolean pooler = value(context, "wearon.db.transaction-pooling")
                .filter(Boolean::parseBoolean)
                .isPresent();
        database.ifPresent(url -> {
            Optional<String> ca = value(context, "wearon.db.ca");
            settings.put("quarkus.datasource.jdbc.url", jdbcUrl(url, ca, pooler));
            ca.ifPresent(file -> verifyPostgres(settings, url, file));
        });
        if (pooler) {
            // A prepared statement has a name in one connection, and the next transaction may get another one. So
            // statements
            // have no names, and each is sent with its parameters in one piece.
            settings.put(REACTIVE + "cache-prepared-statements", "false");
            settings.put(REACTIVE + "postgresql.use-layer7-proxy", "true");
        }
        value(context, "wearon.redis.sentinel-master")
                .ifPresent(master -> REDIS_CLIENTS.forEach(client -> {
                    settings.put(client + "client-type", "sentinel");
                    settings.put(client + "master-name", master);
                }));
        value(context, "wearon.redis.ca")
                .ifPresent(file -> REDIS_CLIENTS.forEach(client -> {
                    settings.put(client + "tls.enabled", "true");
                    settings.put(client + "tls.trust-certificate-pem", "true");
                    settings.put(client + "tls.trust-certificate-pem.certs", file);
                    settings.put(client + "tls.hostname-verification-algorithm", "HTTPS");
                }));
        Optional<String> collector = value(context, "wearon.traces.endpoint");
        settings.put("quarkus.otel.sdk.disabled", Boolean.toString(collector.isEmpty()));
        collector.ifPresent(url -> settings.put("quarkus.otel.exporter.otlp.endpoint", url));
        return List.of(new PropertiesConfigSource(settings, NAME, ORDINAL));
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(ORDINAL);
    }

    private static String jdbcUrl(String url, Optional<String> ca, boolean pooler) {
        StringBuilder jdbc = new StringBuilder("jdbc:").append(url);
        ca.ifPresent(file -> append(jdbc, "sslmode=verify-full&sslrootcert=" + file));
        if (pooler) {
            append(jdbc, "prepareThreshold=0");
        }
        return jdbc.toString();
    }

    private static void append(StringBuilder url, String parameters) {
        url.append(url.indexOf("?") < 0 ? '?' : '&').append(parameters);
    }

    private static void verifyPostgres(Map<String, String> settings, String url, String file) {
        StringBuilder reactive = new StringBuilder(url);
        append(reactive, "sslmode=verify-full");
        settings.put(REACTIVE + "url", reactive.toString());
        settings.put(REACTIVE + "hostname-verification-algorithm", "HTTPS");
        settings.put(REACTIVE + "trust-certificate-pem", "true");
        settings.put(REACTIVE + "trust-certificate-pem.certs", file);
    }

    private static Optional<String> value(ConfigSourceContext context, String property) {
        return Optional.ofNullable(context.getValue(property))
                .map(ConfigValue::getValue)
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }
}
