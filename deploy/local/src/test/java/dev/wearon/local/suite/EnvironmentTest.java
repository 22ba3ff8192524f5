package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

    @Test
    void doesNotPassTheServersUrlsToTheServices() throws Exception {
        Environment environment = new Environment(Map.of(
                "WEARON_DB_URL", "postgresql://admin:top%20secret@db:5432/postgres",
                "WEARON_REDIS_URL", "redis://cache:6379",
                "WEARON_DATA", "/somewhere",
                "WEARON_MODEL_TIMEOUT", "20s",
                "HOME", "/root"));
        assertThat(environment.forServices()).isEqualTo(Map.of("WEARON_MODEL_TIMEOUT", "20s"));
        assertThat(environment.postgres().orElseThrow().password()).isEqualTo("top secret");
    }

    @Test
    void usesTheFirstOfSeveralAdminTokens() {
        assertThat(new Environment(Map.of("WEARON_ADMIN_TOKEN", "first , second")).adminToken())
                .contains("first");
        assertThat(new Environment(Map.of()).adminToken()).isEmpty();
    }

    @Test
    void takesFromOthersOnlyWhatIsNotSet() {
        Environment environment = new Environment(Map.of("WEARON_ROLES", "api"))
                .or(Map.of("WEARON_ROLES", "worker", "WEARON_WORKER_CONCURRENCY", "2"));
        assertThat(environment.value("WEARON_ROLES")).contains("api");
        assertThat(environment.value("WEARON_WORKER_CONCURRENCY")).contains("2");
    }

    @Test
    void showsDemoPagesUnlessTheyAreSetOrOthersMayReachTheGateway() {
        assertThat(new Environment(Map.of()).withDemoPages().forServices())
                .containsExactly(entry("WEARON_DEMO_PAGES", "true"));
        for (Map<String, String> variables : List.of(
                Map.of("WEARON_DEMO_PAGES", "false"),
                Map.of("WEARON_HTTP_HOST", "0.0.0.0"),
                Map.of("WEARON_HTTP_HOST", "::"),
                Map.of("WEARON_PUBLIC_URL", "http://localhost.example.com"))) {
            assertThat(new Environment(variables).withDemoPages().forServices()).isEqualTo(variables);
        }
    }

    @Test
    void letsTheShopReplaceVariablesOnlyForThisMachine() throws Exception {
        Map<String, String> shop = Map.of("WEARON_SHOPIFY_CLIENT_ID", "demo");
        assertThat(new Environment(Map.of(
                                "WEARON_SHOPIFY_CLIENT_ID", "real",
                                "WEARON_DEMO_PAGES", "false",
                                "WEARON_ROLES", "api",
                                "WEARON_HTTP_HOST", "127.0.0.1",
                                "WEARON_PUBLIC_URL", "http://127.0.0.1:8080"))
                        .withShop(shop)
                        .forServices())
                .contains(
                        entry("WEARON_SHOPIFY_CLIENT_ID", "demo"),
                        entry("WEARON_DEMO_PAGES", "true"),
                        entry("WEARON_ROLES", "api"));
        Environment open = new Environment(Map.of("WEARON_HTTP_HOST", "0.0.0.0"));
        assertThatThrownBy(() -> open.withShop(shop))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("WEARON_HTTP_HOST");
    }

    @Test
    void refusesOneValueForAllServicesWhereEachNeedsItsOwn() {
        for (String name : new String[] {"WEARON_HTTP_PORT", "WEARON_DB_USERNAME", "WEARON_DB_PASSWORD"}) {
            assertThatThrownBy(() -> new Environment(Map.of(name, "9")).check())
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("unset " + name);
        }
    }

    @Test
    void doesNotQuoteAMalformedDatabaseUrl() {
        assertThatThrownBy(() -> new Environment(Map.of("WEARON_DB_URL", "db:secret@nowhere")).check())
                .isInstanceOf(UserError.class)
                .hasMessageContaining("postgresql://")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"63m", "65g", "256", "2 g", "lots", "-1g", "0m"})
    void refusesAHeapSizeOutOfRange(String size) {
        assertThatThrownBy(() -> new Environment(Map.of("WEARON_HEAP_GATEWAY", size)).check())
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "WEARON_HEAP_GATEWAY is " + size
                                + "; it must be a size from 64m to 64g.\n  hint: set it to a size like 256m or 2g, or unset it");
    }

    @Test
    void acceptsAHeapInMegabytesOrGigabytes() throws Exception {
        assertThat(new Environment(Map.of("WEARON_HEAP_GATEWAY", "2g")).heapMb("gateway-service"))
                .hasValue(2048);
        assertThat(new Environment(Map.of("WEARON_HEAP_GATEWAY", "64M")).heapMb("gateway-service"))
                .hasValue(64);
        assertThat(new Environment(Map.of("WEARON_HEAP_GATEWAY", "64M")).heapMb("credits-service"))
                .isEmpty();
    }

    @Test
    void acceptsALivenessTimeoutFromSixSecondsToADay() throws Exception {
        assertThat(new Environment(Map.of()).livenessTimeout()).contains(Duration.ofSeconds(30));
        assertThat(new Environment(Map.of("WEARON_LIVENESS_TIMEOUT", "2m")).livenessTimeout())
                .contains(Duration.ofMinutes(2));
        assertThat(new Environment(Map.of("WEARON_LIVENESS_TIMEOUT", "off")).livenessTimeout())
                .isEmpty();
        assertThat(new Environment(Map.of("WEARON_LIVENESS_TIMEOUT", "2m")).forServices())
                .isEmpty();
        for (String wrong : new String[] {"soon", "5s", "-30s", "500ms", "25h"}) {
            assertThatThrownBy(() -> new Environment(Map.of("WEARON_LIVENESS_TIMEOUT", wrong)).check())
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("WEARON_LIVENESS_TIMEOUT cannot be used: " + wrong)
                    .hasMessageContaining("from 6 s to 24 h");
        }
    }

    /** The supervisor calls the gateway at the loopback address; the gateway would not listen there. */
    @Test
    void startsWithoutStartupCachesOnlyWhenTheyAreOff() throws UserError {
        assertThat(new Environment(Map.of()).usesStartupCaches()).isTrue();
        assertThat(new Environment(Map.of("WEARON_STARTUP_CACHE", "off")).usesStartupCaches())
                .isFalse();
        assertThatThrownBy(() -> new Environment(Map.of("WEARON_STARTUP_CACHE", "no")).check())
                .isInstanceOf(UserError.class)
                .hasMessageContaining("WEARON_STARTUP_CACHE cannot be used: no");
    }

    @Test
    void refusesAnAddressThatTheSupervisorCannotCall() throws Exception {
        assertThatThrownBy(() -> new Environment(Map.of("WEARON_HTTP_HOST", "192.168.1.5")).check())
                .isInstanceOf(UserError.class)
                .hasMessageContaining("WEARON_HTTP_HOST cannot be used here: 192.168.1.5")
                .hasMessageContaining("0.0.0.0");
        new Environment(Map.of("WEARON_HTTP_HOST", "0.0.0.0")).check();
    }

    @Test
    void acceptsFormerNamesWithAWarning() throws Exception {
        Environment environment = new Environment(Map.of(
                "WEARON_POSTGRES_URL", "postgresql://admin:secret@db:5432/wearon",
                "WEARON_HANGING_AFTER", "2m",
                "WEARON_KEYS_BELIEVED", "90s"));
        environment.requireKnownNames();
        assertThat(environment.postgres().orElseThrow().host()).isEqualTo("db");
        assertThat(environment.livenessTimeout()).contains(Duration.ofMinutes(2));
        assertThat(environment.forServices()).isEqualTo(Map.of("WEARON_KEYS_MAX_STALENESS", "90s"));
        assertThat(environment.warnings())
                .containsExactly(
                        "WEARON_HANGING_AFTER is deprecated; its new name is WEARON_LIVENESS_TIMEOUT",
                        "WEARON_KEYS_BELIEVED is deprecated; its new name is WEARON_KEYS_MAX_STALENESS",
                        "WEARON_POSTGRES_URL is deprecated; its new name is WEARON_DB_URL");
    }

    @Test
    void prefersTheNewNameWhenBothAreSet() throws Exception {
        Environment environment =
                new Environment(Map.of("WEARON_HANGING_AFTER", "2m", "WEARON_LIVENESS_TIMEOUT", "1m"));
        assertThat(environment.livenessTimeout()).contains(Duration.ofMinutes(1));
        assertThat(environment.warnings())
                .containsExactly(
                        "WEARON_HANGING_AFTER is ignored, because its new name WEARON_LIVENESS_TIMEOUT is set too");
    }

    @Test
    void passesOnlyCurrentNamesToTheSupervisor() {
        Map<String, String> child = new HashMap<>(Map.of("WEARON_OLD", "x", "HOME", "/root"));
        new Environment(Map.of("WEARON_HANGING_AFTER", "2m")).putInto(child);
        assertThat(child).isEqualTo(Map.of("WEARON_LIVENESS_TIMEOUT", "2m", "HOME", "/root"));
    }
}
