package dev.wearon.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariablesTest {

    @ParameterizedTest
    @CsvSource({
        "WEARON_LIMITS_PER_HUOR_STARTER, WEARON_LIMITS_PER_HOUR_STARTER",
        "WEARON_STORAGE_RETENTON, WEARON_STORAGE_RETENTION",
        "WEARON_KEYS_POLLEVERY, WEARON_KEYS_POLL_EVERY",
        "WEARON_MODEL_TIME_OUT, WEARON_MODEL_TIMEOUT",
        "WEARON_DB_POOLSIZE, WEARON_DB_POOL_SIZE",
        "WEARON_RLOES, WEARON_ROLES"
    })
    void namesTheMostSimilarVariable(String written, String meant) {
        assertThat(Variables.unknown(Map.of(written, "1"))).isEqualTo(Map.of(written, Optional.of(meant)));
    }

    @Test
    void namesNoVariableIfNoneIsSimilar() {
        assertThat(Variables.unknown(Map.of("WEARON_THE_WEATHER_OF_TOMORROW", "fair", "WEARON_BUILD", "no")))
                .isEqualTo(
                        Map.of("WEARON_THE_WEATHER_OF_TOMORROW", Optional.empty(), "WEARON_BUILD", Optional.empty()));
    }

    @Test
    void ignoresVariablesWithoutThePrefixAndThoseThatTheCallerAdds() {
        assertThat(Variables.known()).contains("WEARON_HTTP_PORT", "WEARON_STORAGE_RETENTION");
        assertThat(Variables.unknown(
                        Map.of("WEARON_HTTP_PORT", "8080", "WEARON_OWN", "x", "HOME", "/", "XWEARON_A", "b"),
                        Set.of("WEARON_OWN")))
                .isEmpty();
    }

    @Test
    void acceptsTheFormerNameOfARenamedVariable() {
        assertThat(Variables.renamed()).containsEntry("WEARON_KEYS_REMEMBERED", "WEARON_KEYS_CACHE_TTL");
        assertThat(Variables.known()).containsAll(Variables.renamed().values());
        assertThat(Variables.known())
                .doesNotContainAnyElementsOf(Variables.renamed().keySet());
        assertThat(Variables.unknown(Map.of("WEARON_KEYS_REMEMBERED", "1m"))).isEmpty();
    }

    /** The kubelet sets these in every pod for Services named wearon, wearon-redis and wearon-gateway. */
    @Test
    void ignoresServiceLinksOfKubernetes() {
        assertThat(Variables.unknown(Map.ofEntries(
                        Map.entry("WEARON_SERVICE_HOST", "10.0.0.10"),
                        Map.entry("WEARON_PORT", "tcp://10.0.0.10:80"),
                        Map.entry("WEARON_REDIS_SERVICE_HOST", "10.0.0.11"),
                        Map.entry("WEARON_REDIS_SERVICE_PORT", "6379"),
                        Map.entry("WEARON_REDIS_SERVICE_PORT_REDIS_TLS", "6380"),
                        Map.entry("WEARON_REDIS_PORT", "tcp://10.0.0.11:6379"),
                        Map.entry("WEARON_REDIS_PORT_6379_TCP", "tcp://10.0.0.11:6379"),
                        Map.entry("WEARON_REDIS_PORT_6379_TCP_PROTO", "tcp"),
                        Map.entry("WEARON_REDIS_PORT_6379_TCP_PORT", "6379"),
                        Map.entry("WEARON_REDIS_PORT_6379_TCP_ADDR", "10.0.0.11"),
                        Map.entry("WEARON_GATEWAY_SERVICE_PORT_HTTP", "8080"),
                        Map.entry("WEARON_GATEWAY_PORT_8080_UDP_ADDR", "10.0.0.12"))))
                .isEmpty();
        assertThat(Variables.unknown(Map.of("WEARON_MANAGMENT_PORT", "9080")))
                .as("a port number is not a service link")
                .containsValue(Optional.of("WEARON_MANAGEMENT_PORT"));
    }
}
