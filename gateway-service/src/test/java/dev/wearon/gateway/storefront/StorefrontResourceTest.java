package dev.wearon.gateway.storefront;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.shopify.Shop;
import dev.wearon.testkit.shopify.Signatures;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class StorefrontResourceTest {

    private static final String PATH = "/api/shopify/proxy/shopper";
    private static final String CREATE = "/api/v1/generation/create";
    private static final String CUSTOMER = "6543210987";
    private static final String KEYS = "/admin/v1/stores/{id}/api-keys";

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.atShopify();
        FakeServices.credits().answers(200, "{\"balance\":2,\"total_purchased\":5,\"total_spent\":3}");
        FakeServices.generation().answers(201, "{\"session_id\":\"0190a000-0000-7000-8000-000000000000\"}");
    }

    private void resell() {
        merchant.calls()
                .contentType(ContentType.JSON)
                .body("{\"billing_mode\":\"resell_mode\",\"retail_credit_price\":4.99}")
                .patch("/api/v1/stores/config")
                .then()
                .spec(success(200));
    }

    /** A query as Shopify signs it for a page of the merchant's shop. */
    private Map<String, List<String>> query(String customer, Map<String, String> ours) {
        Map<String, List<String>> query = new TreeMap<>();
        ours.forEach((name, value) -> query.put(name, List.of(value)));
        query.put("shop", List.of(merchant.shopDomain()));
        query.put("logged_in_customer_id", List.of(customer));
        query.put("path_prefix", List.of("/apps/wearon"));
        query.put("timestamp", List.of(Long.toString(Instant.now().getEpochSecond())));
        return query;
    }

    private static RequestSpecification signed(Map<String, List<String>> query) {
        return signed(query, FakeServices.SHOPIFY_SECRET);
    }

    private static RequestSpecification signed(Map<String, List<String>> query, String secret) {
        RequestSpecification request = given();
        query.forEach(request::queryParam);
        return request.queryParam("signature", Signatures.proxy(secret, query));
    }

    private Response read(String customer) {
        return signed(query(customer, Map.of())).get(PATH);
    }

    private Map<String, String> agreed() {
        return Map.of(
                "age_verified", "true",
                "disclosure", read("").then().extract().path("data.disclosure_version"),
                "origin", merchant.page());
    }

    private Response mint(String customer) {
        return signed(query(customer, agreed())).post(PATH);
    }

    private static String tokenOf(Response minted) {
        return minted.then()
                .spec(success(200))
                .body("data.token", matchesPattern("wst_[0-9a-f]{32}"))
                .extract()
                .path("data.token");
    }

    private static String stored(String token, String column) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        return ask(
                "SELECT " + column + "::text FROM gateway.shopper_tokens WHERE token_hash = ?",
                HexFormat.of().formatHex(hash));
    }

    private String tokens() {
        return ask(
                "SELECT count(*) FROM gateway.shopper_tokens WHERE store_id = ?::uuid",
                merchant.storeId().toString());
    }

    private Response create(String token) {
        return merchant.shops(token)
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .body("{}")
                .post(CREATE);
    }

    @Test
    void tellsACustomerOfAResellingShopWhatAPageMustKnow() throws Exception {
        resell();
        String text = read(CUSTOMER)
                .then()
                .spec(success(200))
                .header("Cache-Control", "no-store")
                .header("Access-Control-Allow-Origin", nullValue())
                .body("data.size()", equalTo(10))
                .body("data.billing_mode", equalTo("resell_mode"))
                .body("data.logged_in", equalTo(true))
                .body("data.balance", equalTo(2))
                .body("data.retail_credit_price", equalTo(4.99f))
                .body(
                        "data.cart_link",
                        startsWith(FakeServices.shopify().url() + "/" + merchant.shopDomain() + "/cart/"))
                .body("data.gateway_url", startsWith("http"))
                .body("data.token", nullValue())
                .body("data.expires_at", nullValue())
                .extract()
                .path("data.privacy_disclosure");
        var seen = FakeServices.credits().onlySeen();
        assertThat(seen.method() + " " + seen.uri()).isEqualTo("GET /api/v1/credits/shopper");
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        read(CUSTOMER).then().body("data.disclosure_version", equalTo(hash.substring(0, 16)));
        assertThat(tokens()).isEqualTo("0");
    }

    /** The stand-in signs as Shopify does and says who is logged in. */
    @Test
    void isReachedThroughTheProxyOfAShop() throws Exception {
        Shop shop = FakeServices.shopify().find(merchant.shopDomain()).orElseThrow();
        shop.proxy("/apps/try", URI.create("http://127.0.0.1:" + RestAssured.port + "/api/shopify/proxy"));
        long customer = shop.customer("ann@example.com", true).id();
        String disclosure = read("").then().extract().path("data.disclosure_version");
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(FakeServices.shopify().url() + "/"
                                + merchant.shopDomain()
                                + "/apps/try/shopper?age_verified=true&logged_in_customer_id=1&disclosure="
                                + disclosure + "&origin=" + URLEncoder.encode(merchant.page(), StandardCharsets.UTF_8)))
                .header("Cookie", "shopper=" + customer)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        try (HttpClient browser = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = browser.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
            String token = JsonPath.from(answer.body()).getString("data.token");
            assertThat(stored(token, "shopper")).isEqualTo("ref:shopify:" + customer);
        }
    }

    @Test
    void mintsForTheCustomer() throws Exception {
        resell();
        Instant before = Instant.now();
        Response minted = mint(CUSTOMER);
        String token = tokenOf(minted);
        assertThat(Duration.between(before, Instant.parse(minted.path("data.expires_at"))))
                .isBetween(Duration.ofSeconds(590), Duration.ofSeconds(610));
        assertThat(stored(token, "shopper")).isEqualTo("ref:shopify:" + CUSTOMER);
        assertThat(stored(token, "origin")).isEqualTo(merchant.page());
        assertThat(stored(token, "max_generations")).isEqualTo("3");
        assertThat(stored(token, "key_id")).isEqualTo(merchant.keyId().toString());
        minted.then().body("data.balance", equalTo(2)).header("Cache-Control", "no-store");
    }

    @Test
    void refusesAVisitorOfAResellingShopByAValue() {
        resell();
        mint("").then()
                .spec(success(200))
                .body("data.logged_in", equalTo(false))
                .body("data.token", nullValue())
                .body("data.balance", nullValue())
                .body("data.cart_link", nullValue())
                .body("data.retail_credit_price", equalTo(4.99f));
        assertThat(tokens()).isEqualTo("0");
    }

    @Test
    void mintsAnonymousTokensIfTheShopPays() throws Exception {
        Response minted = mint("");
        assertThat(stored(tokenOf(minted), "shopper")).isNull();
        minted.then()
                .body("data.billing_mode", equalTo("absorb_mode"))
                .body("data.balance", nullValue())
                .body("data.cart_link", nullValue())
                .body("data.retail_credit_price", nullValue());
        assertThat(stored(tokenOf(mint(CUSTOMER)), "shopper")).isEqualTo("ref:shopify:" + CUSTOMER);
    }

    @Test
    void mintsNoAnonymousTokensForAStoreThatDoesNotWantThem() {
        sql(
                "UPDATE gateway.stores SET require_shopper_email = true WHERE id = ?::uuid",
                merchant.storeId().toString());
        Await.until(
                Duration.ofSeconds(20),
                () -> mint("").then().spec(success(200)).extract().<String>path("data.token"),
                token -> token == null);
        tokenOf(mint(CUSTOMER));
    }

    @Test
    void mintsOnlyWithAgeAndTheDisclosureOfNow() {
        for (Map<String, String> sent : List.of(
                Map.of("age_verified", "false"),
                Map.of("age_verified", "TRUE"),
                Map.of("age_verified", ""),
                Map.of("disclosure", "0123456789abcdef"),
                Map.of("disclosure", ""))) {
            Map<String, String> ours = new TreeMap<>(agreed());
            ours.putAll(sent);
            signed(query(CUSTOMER, ours)).post(PATH).then().spec(success(200)).body("data.token", nullValue());
        }
        signed(query(CUSTOMER, Map.of("origin", merchant.page())))
                .post(PATH)
                .then()
                .spec(success(200))
                .body("data.token", nullValue());
        assertThat(tokens()).isEqualTo("0");
    }

    @Test
    void takesNothingFromTheBody() {
        signed(query("", Map.of("origin", merchant.page())))
                .contentType(ContentType.JSON)
                .body("{\"age_verified\":true,\"logged_in_customer_id\":\"1\",\"origin\":\"https://evil.example.com\"}")
                .post(PATH)
                .then()
                .spec(success(200))
                .body("data.logged_in", equalTo(false))
                .body("data.token", nullValue());
    }

    @Test
    void mintsOnlyForPagesOfTheShop() {
        sql(
                "UPDATE gateway.store_api_keys SET allowed_domains = '{https://www.shop.example.com}' WHERE id = ?::uuid",
                merchant.keyId().toString());
        Map<String, String> ours = new TreeMap<>(agreed());
        ours.put("origin", "https://www.shop.example.com");
        Await.until(
                Duration.ofSeconds(20),
                () -> signed(query(CUSTOMER, ours)).post(PATH).statusCode(),
                status -> status == 200);
        tokenOf(mint(CUSTOMER));
        for (String foreign : List.of("https://evil.example.com", "https://other.myshopify.com")) {
            ours.put("origin", foreign);
            signed(query(CUSTOMER, ours)).post(PATH).then().spec(refusal(403, "DOMAIN_MISMATCH"));
        }
        for (String none : List.of("", "*", "null", merchant.page() + "/path", "http://" + merchant.shopDomain())) {
            ours.put("origin", none);
            signed(query(CUSTOMER, ours)).post(PATH).then().spec(refusal(400, "VALIDATION_ERROR"));
        }
        ours.remove("origin");
        Map<String, List<String>> twice = query(CUSTOMER, ours);
        twice.put("origin", List.of(merchant.page(), "https://evil.example.com"));
        signed(twice).post(PATH).then().spec(refusal(400, "VALIDATION_ERROR"));
    }

    @Test
    void refusesWhatShopifyHasNotSigned() {
        given().get(PATH).then().spec(refusal(401, "INVALID_API_KEY")).header("Cache-Control", "no-store");
        given().post(PATH).then().spec(refusal(401, "INVALID_API_KEY"));
        signed(query(CUSTOMER, Map.of()), "the-secret-of-another-app")
                .get(PATH)
                .then()
                .spec(refusal(401, "INVALID_API_KEY"));
        signed(query(CUSTOMER, Map.of()), FakeServices.SHOPIFY_SECRET_BEFORE)
                .get(PATH)
                .then()
                .spec(success(200));
        Map<String, List<String>> old = query(CUSTOMER, Map.of());
        old.put("timestamp", List.of(Long.toString(Instant.now().getEpochSecond() - 100)));
        signed(old).get(PATH).then().spec(refusal(401, "INVALID_API_KEY"));
        Map<String, List<String>> two = query(CUSTOMER, Map.of());
        two.put("shop", List.of(merchant.shopDomain(), "other.myshopify.com"));
        signed(two).get(PATH).then().spec(refusal(401, "INVALID_API_KEY"));
        Map<String, List<String>> huge = query(CUSTOMER, Map.of("a", "x".repeat(9_000)));
        signed(huge).get(PATH).then().spec(refusal(400, "VALIDATION_ERROR"));
        signed(query("ann@example.com", Map.of())).get(PATH).then().spec(refusal(401, "INVALID_API_KEY"));
        // An API key is no permission here.
        merchant.calls().get(PATH).then().spec(refusal(401, "INVALID_API_KEY"));
    }

    @Test
    void knowsOnlyShopsOfActiveStores() {
        Map<String, List<String>> foreign = query(CUSTOMER, Map.of());
        foreign.put("shop", List.of("shop-" + UUID.randomUUID() + ".myshopify.com"));
        signed(foreign).get(PATH).then().spec(refusal(404, "NOT_FOUND")).header("Cache-Control", "no-store");
        sql(
                "UPDATE gateway.stores SET status = 'inactive' WHERE id = ?::uuid",
                merchant.storeId().toString());
        read(CUSTOMER).then().spec(refusal(404, "NOT_FOUND"));
        sql(
                "UPDATE gateway.stores SET status = 'active', suspended_at = now() WHERE id = ?::uuid",
                merchant.storeId().toString());
        read(CUSTOMER).then().spec(refusal(404, "NOT_FOUND"));
    }

    /** A token of one shop is for the store of this shop. */
    @Test
    void doesNotReachAnotherStore() throws Exception {
        Merchant other = Merchant.atShopify();
        String token = tokenOf(mint(CUSTOMER));
        assertThat(stored(token, "store_id")).isEqualTo(merchant.storeId().toString());
        other.shops(token).body("{}").post(CREATE).then().spec(refusal(403, "DOMAIN_MISMATCH"));
    }

    @Test
    void endsWithItsKey() {
        String token = tokenOf(mint(CUSTOMER));
        String another = operator()
                .body(
                        "{\"scopes\":[\"shopper-tokens:mint\",\"generations:write\",\"generations:read\",\"shoppers:read\"]}")
                .post(KEYS, merchant.storeId())
                .then()
                .spec(success(201))
                .extract()
                .path("data.key_id");
        create(token).then().spec(success(201));
        revoke(merchant.keyId());
        Instant revoked = Instant.now();
        Await.until(Duration.ofSeconds(10), () -> create(token).statusCode(), status -> status == 401);
        assertThat(Duration.between(revoked, Instant.now())).isLessThan(Duration.ofSeconds(5));
        String next = tokenOf(mint(CUSTOMER));
        create(next).then().spec(success(201));
        revoke(UUID.fromString(another));
        read(CUSTOMER)
                .then()
                .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                .header("Retry-After", nullValue())
                .body("error.message", containsString("shopper-tokens:mint"));
        Await.until(Duration.ofSeconds(10), () -> create(next).statusCode(), status -> status == 401);
    }

    private void revoke(UUID key) {
        operator().delete(KEYS + "/{key}", merchant.storeId(), key).then().spec(success(200));
    }

    @Test
    void needsAKeyWithAllScopesOfAShopper() {
        revoke(merchant.keyId());
        operator()
                .body("{\"scopes\":[\"shopper-tokens:mint\",\"generations:write\"]}")
                .post(KEYS, merchant.storeId())
                .then()
                .spec(success(201));
        read(CUSTOMER).then().spec(refusal(503, "SERVICE_UNAVAILABLE")).header("Retry-After", nullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"balance\":null}", "[]", "no json"})
    void neverShowsAWrongBalance(String answer) {
        resell();
        FakeServices.credits().answers(200, answer);
        read(CUSTOMER).then().spec(refusal(503, "SERVICE_UNAVAILABLE")).header("Retry-After", "1");
    }

    @Test
    void mintsNothingIfTheBalanceIsUnknown() {
        resell();
        Map<String, String> ours = agreed();
        FakeServices.credits().answers(500, "{}");
        signed(query(CUSTOMER, ours)).post(PATH).then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
        FakeServices.credits().answers(404, "{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"x\"}}");
        signed(query(CUSTOMER, ours)).post(PATH).then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
        FakeServices.credits()
                .whileDown(() ->
                        signed(query(CUSTOMER, ours)).post(PATH).then().spec(refusal(503, "SERVICE_UNAVAILABLE")));
        assertThat(tokens()).isEqualTo("0");
    }

    @Test
    void countsTheTryOnsOfAnonymousTokensTogether() {
        sql(
                "UPDATE gateway.stores SET anonymous_per_day = 4 WHERE id = ?::uuid",
                merchant.storeId().toString());
        // A new key, so that no gateway knows the old limit.
        revoke(merchant.keyId());
        operator()
                .body(
                        "{\"scopes\":[\"shopper-tokens:mint\",\"generations:write\",\"generations:read\",\"shoppers:read\"]}")
                .post(KEYS, merchant.storeId())
                .then()
                .spec(success(201));
        List<Integer> statuses = new ArrayList<>();
        for (int token = 0; token < 2; token++) {
            String minted = tokenOf(mint(""));
            for (int create = 0; create < 3; create++) {
                statuses.add(create(minted).statusCode());
            }
        }
        assertThat(statuses).containsExactly(201, 201, 201, 201, 429, 429);
        create(tokenOf(mint(CUSTOMER))).then().spec(success(201));
    }

    @Test
    void limitsTheTokensOfOneCustomer() {
        Map<String, String> ours = agreed();
        for (int i = 0; i < 30; i++) {
            tokenOf(signed(query(CUSTOMER, ours)).post(PATH));
        }
        signed(query(CUSTOMER, ours))
                .post(PATH)
                .then()
                .spec(refusal(429, "RATE_LIMIT_EXCEEDED"))
                .header("Retry-After", Integer::parseInt, greaterThan(0))
                .header("Cache-Control", "no-store")
                .body("error.message", containsString("30 shopper tokens of this shopper in 24 hours"));
        tokenOf(signed(query("1", ours)).post(PATH));
        assertThat(tokens()).isEqualTo("31");
    }

    /** The entry that Shopify appended counts, and nothing that the shopper wrote before it. */
    @Test
    void limitsTheTokensOfOneNetworkAddress() {
        Map<String, String> ours = agreed();
        for (int i = 0; i < 60; i++) {
            tokenOf(signed(query("", ours))
                    .header("X-Forwarded-For", "198.51.100." + i + ", 203.0.113.7, 192.0.2.1")
                    .post(PATH));
        }
        signed(query("", ours))
                .header("X-Forwarded-For", "203.0.113.7, 192.0.2.1")
                .post(PATH)
                .then()
                .spec(refusal(429, "RATE_LIMIT_EXCEEDED"))
                .header("Retry-After", Integer::parseInt, greaterThan(0))
                .body("error.message", containsString("60 shopper tokens of this network address in an hour"))
                .body("error.message", not(containsString("203.0.113.7")));
        tokenOf(signed(query("", ours))
                .header("X-Forwarded-For", "203.0.113.8, 192.0.2.1")
                .post(PATH));
    }

    @Test
    void writesNeitherQueryNorTokenIntoTheLog() {
        Map<String, List<String>> query = query(CUSTOMER, agreed());
        String signature = Signatures.proxy(FakeServices.SHOPIFY_SECRET, query);
        String token = tokenOf(signed(query).post(PATH));
        FakeServices.credits().answers(500, "{}");
        resell();
        Map<String, List<String>> failing = query("7777777000", Map.of());
        String another = Signatures.proxy(FakeServices.SHOPIFY_SECRET, failing);
        signed(failing).get(PATH).then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
        LogFile.holding("GET " + PATH + " 503");
        assertThat(LogFile.holding("POST " + PATH + " 200"))
                .doesNotContain(signature, another, token, "7777777000", "logged_in_customer_id");
    }
}
