package dev.wearon.processes.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.configuration.Variables;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.PostgresAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServiceEnvironmentTest {

    private final ServiceEnvironment environment = new ServiceEnvironment()
            .keys(new IdentityKeys(Path.of("/keys")))
            .redis("redis://127.0.0.1:6379")
            .url("credits", "http://127.0.0.1:8081")
            .adminToken("token")
            .images(Path.of("/images"), "key")
            .database("storage", new PostgresAddress("db", 5432, "wearon", "wearon_storage", "password"));

    @Test
    void givesEachServiceWhatItReads() {
        assertThat(environment.variables("storage", 8083, 9083))
                .containsOnly(
                        Map.entry("WEARON_HTTP_PORT", "8083"),
                        Map.entry("WEARON_MANAGEMENT_PORT", "9083"),
                        Map.entry("WEARON_LOG_JSON", "false"),
                        Map.entry("WEARON_DB_URL", "postgresql://db:5432/wearon"),
                        Map.entry("WEARON_DB_USERNAME", "wearon_storage"),
                        Map.entry("WEARON_DB_PASSWORD", "password"),
                        Map.entry("WEARON_IDENTITY_PUBLIC_KEYS", "/keys/identities.jwks"),
                        Map.entry("WEARON_PUBLIC_URL", "http://127.0.0.1:8083"),
                        Map.entry("WEARON_STORAGE_DATA_DIR", "/images"),
                        Map.entry("WEARON_STORAGE_SIGNING_KEY", "key"));
        assertThat(environment.properties("generation"))
                .containsOnly(
                        Map.entry("wearon.identity.public-keys", "/keys/identities.jwks"),
                        Map.entry("wearon.identity.private-key", "/keys/generation.pem"),
                        Map.entry("wearon.redis.url", "redis://127.0.0.1:6379"),
                        Map.entry("wearon.credits.url", "http://127.0.0.1:8081"));
        assertThat(environment.properties("credits")).containsOnlyKeys("wearon.identity.public-keys");
    }

    @Test
    void spellsOnlyVariablesThatAServiceReads() {
        Map<String, String> all = new HashMap<>();
        for (String service : ServiceProgram.SERVICES) {
            environment.url(service, "http://127.0.0.1:1");
        }
        for (String service : ServiceProgram.SERVICES) {
            all.putAll(environment.variables(service, 1, 2));
        }
        assertThat(Variables.unknown(all, Set.of())).isEmpty();
    }
}
