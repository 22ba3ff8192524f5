package dev.wearon.acceptance;

import static dev.wearon.acceptance.WholeSuiteIT.suite;
import static io.restassured.RestAssured.config;
import static io.restassured.RestAssured.given;
import static io.restassured.config.EncoderConfig.encoderConfig;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.EventClient;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A request with ids and URLs of another store gets the same reply as a request with ids and URLs that do not exist. */
abstract class TenantCases {

    private static final Path CONTRACT = Suite.ROOT.resolve("docs/api/openapi.yaml");

    /** What differs between any two replies: times, signatures. */
    private static final Pattern CHANGING =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z|(?<=[?&])[^\"]*=[^\"]*");

    private static final Map<String, Probe> PROBES = new TreeMap<>();
    private static StoreNames owner;
    private static StoreNames stranger;
    private static StoreNames unknown;

    /** Sends a valid request with the key and the signatures of {@code caller}, and with the ids and URLs of {@code named}. */
    private interface Request {
        Response send(StoreNames caller, StoreNames named);
    }

    /**
     * @param owners the status for the owner
     * @param strangers the status for another store
     */
    private record Probe(int owners, int strangers, Request request) {}

    @BeforeAll
    static void openStores() throws Exception {
        owner = StoreNames.of(suite, Merchant.with(suite, 9));
        stranger = StoreNames.of(suite, Merchant.with(suite, 5));
        unknown = owner.unknown();
    }

    /** A call of {@code caller} that names the other store in places that no service may read. */
    private static RequestSpecification call(StoreNames caller, StoreNames named) {
        return caller.merchant()
                .call()
                .config(config().encoderConfig(
                                encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false)))
                .header("X-Store-Id", named.merchant().storeId())
                .header("Idempotency-Key", named.idempotencyKey())
                .queryParam("store_id", named.merchant().storeId());
    }

    /** The URL of one object with the signature of another. */
    private static String signed(String url, String signature) {
        URI object = URI.create(url);
        return "http://" + object.getAuthority() + object.getPath() + "?"
                + URI.create(signature).getRawQuery();
    }

    private static RequestSpecification bytes(StoreNames caller) {
        return given().config(config().encoderConfig(
                                encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false)))
                .urlEncodingEnabled(false)
                .header("Authorization", "Bearer " + caller.merchant().apiKey());
    }

    private static void probe(String route, int owners, int strangers, Request request) {
        PROBES.put(route, new Probe(owners, strangers, request));
    }

    /** A route with the same status for the owner and for another store. */
    private static void own(String route, int status, Request request) {
        probe(route, status, status, request);
    }

    private static void admin(String method, String template) {
        own(method + " " + template, 401, (caller, named) -> call(caller, named)
                .body("{}")
                .request(
                        method,
                        template.replace(
                                        "{store_id}", named.merchant().storeId().toString())
                                .replace("{key_id}", named.keyId().toString())
                                .replace("{id}", named.sessionId().toString())));
    }

    static {
        String v1 = "/api/v1";
        own("POST " + v1 + "/storage/uploads", 201, (caller, named) -> call(caller, named)
                .body(StoreNames.filesOf("a.png"))
                .post(v1 + "/storage/uploads"));
        own("POST " + v1 + "/storage/downloads", 200, (caller, named) -> call(caller, named)
                .body(Map.of(
                        "paths",
                        List.of(
                                URI.create(named.image()).getPath().substring(1),
                                URI.create(named.picture()).getPath().substring(1))))
                .post(v1 + "/storage/downloads"));
        // The host is refused before anything is asked.
        own("POST " + v1 + "/storage/imports", 403, (caller, named) -> call(caller, named)
                .body(Map.of("url", "https://" + named.merchant().storeId() + ".example/a.jpg"))
                .post(v1 + "/storage/imports"));
        // The keys of these stores do not have the scope images:keep.
        own("GET " + v1 + "/storage/objects", 403, (caller, named) -> call(caller, named)
                .queryParam("kept", true)
                .get(v1 + "/storage/objects"));
        own("DELETE " + v1 + "/storage/objects/{name}", 403, (caller, named) -> call(caller, named)
                .delete(
                        v1 + "/storage/objects/{name}",
                        URI.create(named.image()).getPath().replaceFirst(".*/", "")));
        // The contract has 400 for every image that is not the store's own.
        probe("POST " + v1 + "/generation/create", 201, 400, (caller, named) -> call(caller, named)
                .body(Map.of("age_verified", true, "image_urls", List.of(named.image(), named.image())))
                .post(v1 + "/generation/create"));
        own("GET " + v1 + "/generation", 200, (caller, named) -> call(caller, named)
                .queryParam("cursor", named.listCursor())
                .queryParam("created_from", "2100-01-01")
                .get(v1 + "/generation"));
        probe("GET " + v1 + "/generation/{id}", 200, 404, (caller, named) -> call(caller, named)
                .get(v1 + "/generation/{id}", named.sessionId()));
        probe("POST " + v1 + "/generation/{id}/cancel", 200, 404, (caller, named) -> call(caller, named)
                .post(v1 + "/generation/{id}/cancel", named.sessionId()));
        probe("GET " + v1 + "/generation/{id}/receipt", 200, 404, (caller, named) -> call(caller, named)
                .get(v1 + "/generation/{id}/receipt", named.sessionId()));
        own("GET " + v1 + "/usage", 200, (caller, named) -> call(caller, named)
                .queryParam("from", "2100-01-01")
                .queryParam("to", "2100-01-01")
                .queryParam("api_key_id", named.keyId())
                .queryParam("by", "key")
                .get(v1 + "/usage"));
        probe("GET " + v1 + "/generation/{id}/events", 200, 404, (caller, named) -> call(caller, named)
                .get(v1 + "/generation/{id}/events", named.sessionId()));
        // A stream that begins does not end here: aStreamShowsNoTryOnOfAnotherStore reads one.
        own("GET " + v1 + "/events", 413, (caller, named) -> call(caller, named)
                .body("{}")
                .get(v1 + "/events"));
        own("GET " + v1 + "/credits/balance", 200, (caller, named) -> call(caller, named)
                .get(v1 + "/credits/balance"));
        own("GET " + v1 + "/credits/shopper", 200, (caller, named) -> call(caller, named)
                .header("x-shopper-email", "ann@" + named.merchant().storeId() + ".example")
                .get(v1 + "/credits/shopper"));
        own("GET " + v1 + "/credits/transactions", 200, (caller, named) -> call(caller, named)
                .queryParam("cursor", named.cursor())
                .get(v1 + "/credits/transactions"));
        own("GET " + v1 + "/stores/config", 200, (caller, named) -> call(caller, named)
                .get(v1 + "/stores/config"));
        own("PATCH " + v1 + "/stores/config", 200, (caller, named) -> call(caller, named)
                .body(Map.of(
                        "billing_mode",
                        "absorb_mode",
                        "store_id",
                        named.merchant().storeId(),
                        "status",
                        "inactive"))
                .patch(v1 + "/stores/config"));
        own("GET " + v1 + "/stores/analytics", 200, (caller, named) -> call(caller, named)
                .get(v1 + "/stores/analytics"));
        // The keys of these stores do not have the scope. ShopperTokenCases use tokens of two stores.
        // Only a shopper claims an order.
        own("POST " + v1 + "/purchases/claims", 400, (caller, named) -> call(caller, named)
                .body(Map.of("order_token", named.idempotencyKey()))
                .post(v1 + "/purchases/claims"));
        own("POST " + v1 + "/shopper-tokens", 403, (caller, named) -> call(caller, named)
                .body(Map.of("origin", "https://shop.example"))
                .post(v1 + "/shopper-tokens"));
        // Nor do they have purchases:write. PurchasesResourceTest of the gateway uses orders of two stores.
        own("POST " + v1 + "/purchases", 403, (caller, named) -> call(caller, named)
                .body(Map.of(
                        "order_id",
                        named.idempotencyKey(),
                        "shopper_ref",
                        "1",
                        "credits",
                        1,
                        "amount",
                        1,
                        "currency",
                        "EUR"))
                .post(v1 + "/purchases"));
        // Nor do they have webhooks:write. EndpointsResourceTest of the gateway uses endpoints of two stores.
        String endpoints = v1 + "/webhook-endpoints";
        for (String route : List.of(
                "GET " + endpoints,
                "POST " + endpoints,
                "GET " + endpoints + "/{id}",
                "PATCH " + endpoints + "/{id}",
                "DELETE " + endpoints + "/{id}",
                "POST " + endpoints + "/{id}/rotate-secret",
                "GET " + endpoints + "/{id}/attempts",
                "POST " + endpoints + "/{id}/test",
                "POST " + endpoints + "/{id}/replay",
                "POST " + endpoints + "/{id}/messages/{message_id}/resend")) {
            String[] parts = route.split(" ");
            own(route, 403, (caller, named) -> call(caller, named)
                    .body("{}")
                    .request(
                            parts[0],
                            parts[1].replace("{id}", named.keyId().toString())
                                    .replace("{message_id}", named.keyId().toString())));
        }
        own("GET " + v1 + "/health", 200, (caller, named) -> call(caller, named).get(v1 + "/health"));

        String uploads = " /stores/{store_id}/uploads/{name}";
        probe("PUT" + uploads, 400, 403, (caller, named) -> bytes(caller)
                .contentType("image/png")
                .body(new byte[67])
                .put(signed(named.upload(), caller.upload())));
        probe("GET" + uploads, 200, 403, (caller, named) -> bytes(caller).get(signed(named.image(), caller.image())));
        probe("HEAD" + uploads, 200, 403, (caller, named) -> bytes(caller).head(signed(named.image(), caller.image())));
        String generated = " /stores/{store_id}/generated/{name}";
        probe("GET" + generated, 200, 403, (caller, named) -> bytes(caller)
                .get(signed(named.picture(), caller.picture())));
        probe("HEAD" + generated, 200, 403, (caller, named) -> bytes(caller)
                .head(signed(named.picture(), caller.picture())));

        String store = "/admin/v1/stores/{store_id}";
        // This suite has no app at Shopify. The shop is that of the session token; the request cannot name another one.
        own("GET /api/shopify/store", 503, (caller, named) -> call(caller, named)
                .get("/api/shopify/store"));
        own("POST /api/shopify/store", 503, (caller, named) -> call(caller, named)
                .body("{}")
                .post("/api/shopify/store"));
        // The shop is that of the signed query.
        for (String method : List.of("GET", "POST")) {
            own(method + " /api/shopify/proxy/shopper", 503, (caller, named) -> call(caller, named)
                    .request(method, "/api/shopify/proxy/shopper"));
        }
        for (String group : List.of("orders", "refunds", "app", "compliance")) {
            String webhooks = v1 + "/webhooks/shopify/" + group;
            own("POST " + webhooks, 503, (caller, named) -> call(caller, named)
                    .body("{}")
                    .post(webhooks));
        }
        admin("GET", "/admin/v1/webhooks/shopify");
        admin("POST", "/admin/v1/webhooks/shopify/{id}/replay");
        admin("GET", "/admin/v1/orders");
        admin("GET", "/admin/v1/stores");
        admin("POST", "/admin/v1/stores");
        admin("GET", store);
        admin("PATCH", store);
        admin("POST", store + "/suspend");
        admin("GET", store + "/privacy-requests");
        admin("GET", store + "/privacy-requests/{id}/data");
        admin("POST", store + "/shoppers/data");
        admin("POST", store + "/shoppers/redact");
        admin("GET", store + "/balance");
        admin("GET", store + "/transactions");
        admin("GET", store + "/api-keys");
        admin("POST", store + "/api-keys");
        admin("DELETE", store + "/api-keys/{key_id}");
        admin("POST", store + "/api-keys/{key_id}/rotate");
        admin("POST", store + "/credits");
        admin("GET", "/admin/v1/audit");
        admin("GET", "/admin/v1/generations");
        admin("GET", "/admin/v1/purchases");
        admin("GET", "/admin/v1/status");
        admin("GET", "/admin/v1/ledger/trial-balance");
        admin("GET", "/admin/v1/ledger/check");
        admin("GET", "/admin/v1/reconciliation");
        admin("POST", "/admin/v1/reconciliation/repair");
        admin("GET", "/admin/v1/storage/orphans");
    }

    /** All routes of the contract below /api, /admin and /stores. */
    static List<String> routes() throws IOException {
        List<String> routes = new ArrayList<>();
        String path = "";
        for (String line : Files.readAllLines(CONTRACT)) {
            if (line.matches("  /\\S*:")) {
                path = line.strip().replace(":", "");
            } else if (line.matches("    (get|put|post|patch|delete|head):")
                    && path.matches("/(api|admin|stores)/.*")) {
                routes.add(line.strip().replace(":", "").toUpperCase(Locale.ROOT) + " " + path);
            }
        }
        return routes;
    }

    @Test
    void everyRouteHasAProbe() throws IOException {
        assertThat(PROBES.keySet()).containsExactlyInAnyOrderElementsOf(routes());
    }

    @ParameterizedTest
    @MethodSource("routes")
    void dataOfAnotherStoreDoesNotExistForAStranger(String route) {
        Probe probe = PROBES.get(route);
        Response foreign = probe.request().send(stranger, owner);
        assertThat(foreign.statusCode()).as(foreign.asString()).isEqualTo(probe.strangers());
        assertThat(comparable(foreign, owner))
                .isEqualTo(comparable(probe.request().send(stranger, unknown), unknown));
        // For the owner the same request has the status of the probe.
        Response owners = probe.request().send(owner, owner);
        assertThat(owners.statusCode()).as(owners.asString()).isEqualTo(probe.owners());
    }

    @Test
    void anIdempotencyKeyOfAnotherStoreIsNew() throws Exception {
        Merchant merchant = Merchant.with(suite, 1);
        Response created = merchant.call()
                .header("Idempotency-Key", owner.idempotencyKey())
                .body(Map.of("age_verified", true, "image_urls", merchant.images()))
                .post("/api/v1/generation/create");
        assertThat(created.statusCode()).as(created.asString()).isEqualTo(201);
        assertThat(created.header("Idempotency-Replayed")).isNull();
    }

    @Test
    void aCursorOfAnotherStoreShowsNoneOfItsData() {
        String path = "/api/v1/credits/transactions?limit=100";
        List<String> owned = owner.merchant().call().get(path).jsonPath().getList("data.transactions.id");
        String read = stranger.merchant()
                .call()
                .get(path + "&cursor=" + owner.cursor())
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertThat(owned).hasSizeGreaterThan(2).noneMatch(read::contains);
    }

    /** Not a shopper of the same name either. */
    @Test
    void aListShowsNoTryOnOfAnotherStore() {
        String path = "/api/v1/generation?limit=100";
        List<String> owned = owner.merchant().call().get(path).jsonPath().getList("data.generations.session_id");
        assertThat(owned).isNotEmpty();
        for (String asked : List.of(
                path,
                path + "&cursor=" + owner.listCursor(),
                path + "&store_id=" + owner.merchant().storeId())) {
            String read = stranger.merchant()
                    .call()
                    .get(asked)
                    .then()
                    .statusCode(200)
                    .extract()
                    .asString();
            assertThat(owned).noneMatch(read::contains);
        }
    }

    /** Not even if it names the other store. A try-on of its own follows, so that nothing can still be on its way. */
    @Test
    void aStreamShowsNoTryOnOfAnotherStore() throws Exception {
        Merchant one = Merchant.with(suite, 5);
        Merchant other = Merchant.with(suite, 5);
        try (EventClient ofOne = follow(one, one);
                EventClient ofOther = follow(other, one)) {
            assertThat(List.of(ofOne.status(), ofOther.status())).containsOnly(200);
            UUID hidden = one.created(one.images());
            assertThat(nextSession(ofOne)).isEqualTo(hidden);
            UUID shown = other.created(other.images());
            assertThat(nextSession(ofOther)).isEqualTo(shown);
        }
    }

    private static EventClient follow(Merchant caller, Merchant named) throws IOException {
        return EventClient.open(
                suite.gateway().getPort(),
                "/api/v1/events?store_id=" + named.storeId(),
                "Authorization: Bearer " + caller.apiKey(),
                "X-Store-Id: " + named.storeId());
    }

    private static UUID nextSession(EventClient client) {
        EventClient.Event event = client.next();
        while (!event.name().equals("session")) {
            event = client.next();
        }
        return event.data().getUUID("session_id");
    }

    @Test
    void requestsOfStrangersChangeNothingOfTheOwner() throws IOException {
        String before = dataOfTheOwner();
        PROBES.values().forEach(probe -> probe.request().send(stranger, owner));
        assertThat(dataOfTheOwner()).isEqualTo(before);
    }

    /** The reply without times and signatures, and with a placeholder for each id that was sent. */
    private static String comparable(Response answer, StoreNames named) {
        String text = answer.statusCode() + " " + answer.contentType() + " " + answer.asString();
        for (String id : named.ids()) {
            text = text.replace(id, "(named)");
        }
        return StoreNames.ID.matcher(CHANGING.matcher(text).replaceAll("(now)")).replaceAll("(id)");
    }

    private static String dataOfTheOwner() throws IOException {
        UUID id = owner.merchant().storeId();
        return suite.operator().get("/admin/v1/stores/{id}", id).asString()
                // Earlier calls of the owner also count as a use, and are written later.
                + suite.operator()
                        .get("/admin/v1/stores/{id}/api-keys", id)
                        .asString()
                        .replaceAll("\"last_used_at\":[^,}]*", "")
                + suite.operator().get("/admin/v1/stores/{id}/transactions", id).asString()
                + given().urlEncodingEnabled(false).get(owner.image()).statusCode()
                + given().urlEncodingEnabled(false).get(owner.picture()).statusCode();
    }
}
