package dev.wearon.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectionSettingsTest {

    private static final String URL = "wearon.db.url";
    private static final String JDBC = "quarkus.datasource.jdbc.url";
    private static final String REACTIVE = "quarkus.datasource.reactive.";

    private static SmallRyeConfig config(Map<String, String> values) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withSources(new ConnectionSettings());
        values.forEach(builder::withDefaultValue);
        return builder.build();
    }

    private static Optional<String> value(SmallRyeConfig config, String name) {
        return config.getOptionalValue(name, String.class);
    }

    @Test
    void withoutVariablesNothingIsSetButTheUrl() {
        SmallRyeConfig config = config(Map.of(URL, "postgresql://db.example/wearon"));
        assertThat(value(config, JDBC)).contains("jdbc:postgresql://db.example/wearon");
        assertThat(value(config, REACTIVE + "url")).isEmpty();
        assertThat(value(config, REACTIVE + "cache-prepared-statements")).isEmpty();
        assertThat(value(config, "quarkus.redis.client-type")).isEmpty();
        assertThat(value(config, "quarkus.redis.tls.enabled")).isEmpty();
    }

    @Test
    void anAuthorityMakesBothDriversCheckTheServer() {
        SmallRyeConfig config =
                config(Map.of(URL, "postgresql://db.example/wearon?connect_timeout=5", "wearon.db.ca", "/etc/ca.pem"));
        assertThat(value(config, JDBC))
                .contains("jdbc:postgresql://db.example/wearon?connect_timeout=5"
                        + "&sslmode=verify-full&sslrootcert=/etc/ca.pem");
        assertThat(value(config, REACTIVE + "url"))
                .contains("postgresql://db.example/wearon?connect_timeout=5&sslmode=verify-full");
        assertThat(value(config, REACTIVE + "trust-certificate-pem.certs")).contains("/etc/ca.pem");
        assertThat(value(config, REACTIVE + "hostname-verification-algorithm")).contains("HTTPS");
    }

    @Test
    void behindAPoolerNoStatementHasAName() {
        SmallRyeConfig config =
                config(Map.of(URL, "postgresql://pooler.example/wearon", "wearon.db.transaction-pooling", "true"));
        assertThat(value(config, JDBC)).contains("jdbc:postgresql://pooler.example/wearon?prepareThreshold=0");
        assertThat(value(config, REACTIVE + "cache-prepared-statements")).contains("false");
        assertThat(value(config, REACTIVE + "postgresql.use-layer7-proxy")).contains("true");
    }

    @Test
    void bothRedisClientsAskTheSentinelsAndCheckTheServer() {
        SmallRyeConfig config =
                config(Map.of("wearon.redis.sentinel-master", "mymaster", "wearon.redis.ca", "/etc/redis.pem"));
        for (String client : new String[] {"quarkus.redis.", "quarkus.redis.pops."}) {
            assertThat(value(config, client + "client-type")).contains("sentinel");
            assertThat(value(config, client + "master-name")).contains("mymaster");
            assertThat(value(config, client + "tls.enabled")).contains("true");
            assertThat(value(config, client + "tls.trust-certificate-pem.certs"))
                    .contains("/etc/redis.pem");
            assertThat(value(config, client + "tls.hostname-verification-algorithm"))
                    .contains("HTTPS");
        }
    }
}
