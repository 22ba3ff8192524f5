package dev.wearon.gateway.access;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Merchant.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.gateway.keys.Scope;
import dev.wearon.gateway.routing.Access;
import dev.wearon.gateway.routing.Delivery;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.routing.RoutingTable;
import dev.wearon.gateway.testing.FakeService;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RawHttp;
import dev.wearon.gateway.testing.TestRoutes;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.contract.ContractFilter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an API key may do, and that no page may do what is for servers. */
@QuarkusTest
class ScopesTest {

    /** Every route describes this status. */
    private static final int REACHED = 400;

    private static final String BALANCE = "/api/v1/credits/balance";

    private Merchant merchant;

    @Inject
    RoutingTable table;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        for (FakeService service : List.of(FakeServices.credits(), FakeServices.generation(), FakeServices.storage())) {
            service.answers(REACHED, "{\"code\":\"VALIDATION_ERROR\",\"message\":\"Reached.\"}");
        }
    }

    private String keyWith(Set<Scope> scopes) {
        return operator()
                .body(Map.of(
                        "scopes",
                        scopes.stream().map(Scope::wire).toList(),
                        "allowed_domains",
                        List.of("https://" + merchant.shopDomain())))
                .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                .then()
                .statusCode(201)
                .extract()
                .path("data.api_key");
    }

    private static RequestSpecification calls(String key) {
        return given().header("Authorization", "Bearer " + key);
    }

    /** The contract does not describe the routes of tests. */
    private static RequestSpecification undescribed() {
        return given().noFiltersOfType(ContractFilter.class);
    }

    private List<Route> routesOfKeys() {
        return table.routes().stream()
                .filter(route -> route.access() == Access.API_KEY && route.delivery() != Delivery.EVENTS)
                .toList();
    }

    private static Response send(String key, Route route) {
        RequestSpecification request = TestRoutes.has(route) ? undescribed() : given();
        return request.header("Authorization", "Bearer " + key)
                .request(
                        route.method().name(),
                        route.template()
                                .replaceAll("\\{(message_)?id}", "0190a000-0000-7000-8000-000000000000")
                                .replace("{name}", "0190a000-0000-7000-8000-000000000000.jpg"));
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void withoutAScopeExactlyItsRoutesAreRefused(Scope missing) {
        String key = keyWith(EnumSet.complementOf(EnumSet.of(missing)));
        for (Route route : routesOfKeys()) {
            Response answer = send(key, route);
            if (route.scope().equals(Optional.of(missing))) {
                answer.then()
                        .spec(refusal(403, "INSUFFICIENT_SCOPE"))
                        .body("error.message", endsWith("the scope " + missing.wire() + "."));
                assertThat(answer.headers().hasHeaderWithName("X-RateLimit-Limit"))
                        .isFalse();
            } else {
                assertThat(answer.statusCode())
                        .as(route.method() + " " + route.template())
                        .isNotEqualTo(403);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void withASingleScopeOnlyItsRoutesAreReached(Scope only) {
        String key = keyWith(Set.of(only));
        for (Route route : routesOfKeys()) {
            boolean allowed = route.scope().isEmpty() || route.scope().get() == only;
            assertThat(send(key, route).statusCode() == 403)
                    .as(route.method() + " " + route.template())
                    .isEqualTo(!allowed);
        }
    }

    /** Its events have the balance. */
    @Test
    void theStreamOfAStoreAlsoNeedsTheScopeOfTheBalance() {
        String stream = "/api/v1/events";
        for (Scope only : List.of(Scope.GENERATIONS_READ, Scope.CREDITS_READ)) {
            calls(keyWith(Set.of(only))).get(stream).then().spec(refusal(403, "INSUFFICIENT_SCOPE"));
        }
        calls(keyWith(Set.of(Scope.GENERATIONS_READ, Scope.CREDITS_READ)))
                .get(stream)
                .then()
                .statusCode(REACHED);
    }

    @Test
    void aKeyWithoutScopesOfItsOwnMayDoWhatItCouldAlwaysDo() {
        String key = operator()
                .body("{}")
                .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                .path("data.api_key");
        for (Route route : routesOfKeys()) {
            assertThat(send(key, route).statusCode() == 403)
                    .as(route.template())
                    .isEqualTo(route.isServerOnly());
        }
    }

    @Test
    void aRefusedCallReachesNoServiceAndDoesNotCount() {
        String key = keyWith(Set.of(Scope.CREDITS_READ));
        String before = calls(key).get(BALANCE).header("X-RateLimit-Remaining");
        for (int call = 0; call < 5; call++) {
            calls(key)
                    .header("Idempotency-Key", "refused")
                    .post("/api/v1/generation/create")
                    .then()
                    .spec(refusal(403, "INSUFFICIENT_SCOPE"));
        }
        assertThat(FakeServices.generation().seen()).isEmpty();
        assertThat(calls(key).get(BALANCE).header("X-RateLimit-Remaining"))
                .isEqualTo(Integer.toString(Integer.parseInt(before) - 1));
    }

    @Test
    void aChangeOfScopesTakesEffectSoon() {
        merchant.calls().get(BALANCE).then().statusCode(REACHED);
        Merchant.sql(
                "UPDATE gateway.store_api_keys SET scopes = '{store:read}' WHERE id = ?::uuid",
                merchant.keyId().toString());
        // A second is promised, but the machine may be busy. Without news of changes a key is valid for a minute.
        Await.until(Duration.ofSeconds(20), () -> merchant.calls().get(BALANCE).statusCode(), status -> status == 403);
    }

    @Test
    void anAllowedPageCanReadWhichScopeIsMissing() {
        String shop = "https://" + merchant.shopDomain();
        calls(keyWith(Set.of(Scope.STORE_READ)))
                .header("Origin", shop)
                .get(BALANCE)
                .then()
                .spec(refusal(403, "INSUFFICIENT_SCOPE"))
                .header("Access-Control-Allow-Origin", equalTo(shop));
    }

    @Test
    void aForeignPageDoesNotLearnTheScopes() {
        calls(keyWith(Set.of(Scope.STORE_READ)))
                .header("Origin", "https://stranger.example")
                .get(BALANCE)
                .then()
                .spec(refusal(403, "DOMAIN_MISMATCH"));
    }

    @Nested
    class WhatIsForServers {

        private String key;

        @BeforeEach
        void issue() {
            key = keyWith(EnumSet.allOf(Scope.class));
        }

        @Test
        void isServedWithoutAnOrigin() {
            undescribed()
                    .header("Authorization", "Bearer " + key)
                    .post(TestRoutes.SERVERS)
                    .then()
                    .statusCode(REACHED);
        }

        static Stream<List<String>> origins() {
            return Stream.of(
                    List.of("ALLOWED"),
                    List.of("https://stranger.example"),
                    List.of("null"),
                    List.of(""),
                    List.of("ALLOWED", "ALLOWED"));
        }

        @ParameterizedTest
        @MethodSource("origins")
        void isRefusedWithAnyOrigin(List<String> origins) {
            String headers = String.join(
                    "",
                    origins.stream()
                            .map(origin ->
                                    "\r\nOrigin: " + origin.replace("ALLOWED", "https://" + merchant.shopDomain()))
                            .toList());
            RawHttp.Answer answer = RawHttp.sendWithoutContract(
                    "POST " + TestRoutes.SERVERS
                            + " HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 0\r\nAuthorization: Bearer " + key
                            + headers,
                    new byte[0]);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text())
                    .contains("DOMAIN_MISMATCH", "Only servers")
                    .doesNotContain("Access-Control-");
            assertThat(FakeServices.credits().seen()).isEmpty();
        }

        @Test
        void failsThePreflight() {
            undescribed()
                    .header("Origin", "https://" + merchant.shopDomain())
                    .header("Access-Control-Request-Method", "POST")
                    .options(TestRoutes.SERVERS)
                    .then()
                    .statusCode(204)
                    .header("Allow", containsString("POST"))
                    .header("Access-Control-Allow-Origin", nullValue());
        }
    }
}
