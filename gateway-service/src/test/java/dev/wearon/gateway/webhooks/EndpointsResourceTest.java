package dev.wearon.gateway.webhooks;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hosts are addresses of {@link TestGuard}. */
@QuarkusTest
class EndpointsResourceTest {

    private static final String PATH = "/api/v1/webhook-endpoints";
    private static final String URL = "https://shop.example/hooks/token";

    private Merchant merchant;

    @Inject
    WebhookSecrets secrets;

    @Inject
    OldSecrets oldSecrets;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        TestGuard.resolves("shop.example", "93.184.215.14");
    }

    private Response post(String path, Object body) {
        return merchant.calls().contentType(ContentType.JSON).body(body).post(PATH + path);
    }

    private Response patch(String id, Object body) {
        return merchant.calls().contentType(ContentType.JSON).body(body).patch(PATH + "/" + id);
    }

    private ValidatableResponse read(String id) {
        return merchant.calls().get(PATH + "/" + id).then();
    }

    private ValidatableResponse created(String url) {
        return post("", Map.of("url", url)).then().spec(success(201));
    }

    private String id(String url) {
        return created(url).extract().path("data.endpoint_id");
    }

    private String stored(String id, String column) {
        return ask("SELECT " + column + "::text FROM gateway.webhook_endpoints WHERE id = ?::uuid", id);
    }

    /** The opened secret of a column. */
    private String opened(String id, String column) {
        byte[] sealed = HexFormat.of().parseHex(stored(id, column).substring(2));
        return secrets.open(UUID.fromString(id), Buffer.buffer(sealed));
    }

    @Test
    void showsTheSecretOnceAndStoresItEncrypted() {
        var answer = post(
                        "",
                        Map.of("url", URL, "event_types", List.of("credits.low", "generation.failed", "credits.low")))
                .then()
                .spec(success(201))
                .header("Cache-Control", "no-store")
                .body("data.url", equalTo(URL))
                .body("data.event_types", equalTo(List.of("generation.failed", "credits.low")))
                .body("data.enabled", equalTo(true));
        String id = answer.extract().path("data.endpoint_id");
        String secret = answer.extract().path("data.secret");

        assertThat(Base64.getDecoder().decode(secret.substring("whsec_".length())))
                .hasSize(32);
        assertThat(opened(id, "secret")).isEqualTo(secret);
        String row = ask("SELECT e::text FROM gateway.webhook_endpoints AS e WHERE id = ?::uuid", id);
        String raw = HexFormat.of().formatHex(Base64.getDecoder().decode(secret.substring("whsec_".length())));
        assertThat(row).doesNotContain(secret, raw);
        read(id).spec(success(200)).body("data.secret", nullValue());
        merchant.calls().get(PATH).then().spec(success(200)).body("data.endpoints[0].secret", nullValue());
        assertThat(LogFile.holding("POST " + PATH + " 201")).doesNotContain("whsec_", "hooks/token");
    }

    @Test
    void aSealedSecretOpensOnlyForItsEndpoint() {
        String id = id(URL);
        Buffer sealed =
                Buffer.buffer(HexFormat.of().parseHex(stored(id, "secret").substring(2)));

        assertThatThrownBy(() -> secrets.open(UUID.randomUUID(), sealed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("WEARON_WEBHOOK_KEYS");
    }

    @Test
    void receivesAllEventsByDefault() {
        created(URL).body("data.event_types", empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | url must not be null",
                "{'url':null} | url must not be null",
                "{'url':'http://shop.example/'} | url must begin with https://",
                "{'url':'https://shop.example:8443/'} | url must have the port 443",
                "{'url':'https://ann:pw@shop.example/'} | url must have no user name",
                "{'url':'https://127.0.0.1/'} | url must have a host name, not an address",
                "{'url':'https://[::ffff:127.0.0.1]/'} | url must have a host name, not an address",
                "{'url':'https://2130706433/'} | url",
                "{'url':'ftp://shop.example/'} | url must begin with https://",
                "{'url':'HTTPS://shop.example/'} | url must begin with https://, in lower case",
                "{'url':'not a url'} | url is not valid",
                "{'url':'https://unknown.example/'} | url has a host that does not exist",
                "{'url':'https://private.example/'} | url has a host that is not in the public internet",
                "{'url':'https://shop.example/','event_types':['generation.started']} | generation.started",
                "{'url':'https://shop.example/','event_types':[null]} | event_types",
                "{'url':'https://shop.example/','secret':'whsec_x'} | secret is not a field of this request",
            })
    void refusesWhatItCannotSendTo(String json, String named) {
        TestGuard.resolves("private.example", "93.184.215.14", "169.254.169.254");
        post("", json.replace('\'', '"'))
                .then()
                .spec(refusal(400, "VALIDATION_ERROR"))
                .body("error.message", containsString(named));
        merchant.calls().get(PATH).then().body("data.endpoints", empty());
    }

    @Test
    void refusesAUrlThatIsTooLong() {
        post("", Map.of("url", "https://shop.example/" + "a".repeat(2_048)))
                .then()
                .spec(refusal(400, "VALIDATION_ERROR"));
    }

    @Test
    void aRepeatIsRefusedAndAnotherStoreMayUseTheSameUrl() {
        created(URL);
        post("", Map.of("url", URL)).then().spec(refusal(409, "ENDPOINT_EXISTS"));
        merchant.calls().get(PATH).then().body("data.endpoints", hasSize(1));
        merchant = Merchant.inAbsorbMode();
        created(URL);
    }

    @Test
    void aStoreHasAtMostTenAlsoIfItCreatesThemAtOnce() throws Exception {
        List<Callable<Integer>> creates = IntStream.range(0, 14)
                .<Callable<Integer>>mapToObj(
                        i -> () -> post("", Map.of("url", URL + i)).statusCode())
                .toList();
        List<Integer> statuses;
        try (var clients = Executors.newFixedThreadPool(7)) {
            statuses = clients.invokeAll(creates).stream()
                    .map(create -> create.resultNow())
                    .sorted()
                    .toList();
        }
        assertThat(statuses.subList(0, 10)).containsOnly(201);
        assertThat(statuses.subList(10, 14)).containsOnly(409);
        post("", Map.of("url", URL)).then().spec(refusal(409, "ENDPOINT_LIMIT_REACHED"));

        String first = merchant.calls().get(PATH).path("data.endpoints[0].endpoint_id");
        merchant.calls().delete(PATH + "/" + first).then().spec(success(200)).body("data.endpoint_id", equalTo(first));
        created(URL);
    }

    @Test
    void changesOnlyTheFieldsThatAreSent() {
        String id = id(URL);
        patch(id, Map.of("event_types", List.of("credits.low")))
                .then()
                .spec(success(200))
                .body("data.url", equalTo(URL))
                .body("data.event_types", equalTo(List.of("credits.low")));
        patch(id, Map.of("enabled", false))
                .then()
                .spec(success(200))
                .body("data.enabled", equalTo(false))
                .body("data.disabled_reason", equalTo("store"));
        patch(id, Map.of("url", URL + "/2")).then().spec(success(200)).body("data.enabled", equalTo(false));
        patch(id, "{}").then().spec(success(200)).body("data.url", equalTo(URL + "/2"));
        patch(id, Map.of("enabled", true))
                .then()
                .spec(success(200))
                .body("data.disabled_reason", nullValue())
                .body("data.event_types", equalTo(List.of("credits.low")));
        sql("UPDATE gateway.webhook_endpoints SET disabled_reason = 'gone' WHERE id = ?::uuid", id);
        patch(id, Map.of("enabled", false)).then().body("data.disabled_reason", equalTo("gone"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"url\":null}",
                "{\"url\":\"https://10.0.0.1/\"}",
                "{\"event_types\":null}",
                "{\"event_types\":[\"x\"]}",
                "{\"enabled\":null}",
                "{\"enabled\":\"maybe\"}",
                "{\"secret\":\"whsec_x\"}",
                "[]",
                ""
            })
    void refusesChangesThatAreNotValid(String json) {
        String id = id(URL);
        patch(id, json).then().spec(refusal(400, "VALIDATION_ERROR"));
        read(id).body("data.url", equalTo(URL)).body("data.enabled", equalTo(true));
    }

    @Test
    void aChangedUrlMustNotBeThatOfAnotherEndpoint() {
        created(URL);
        String second = id(URL + "/2");
        patch(second, Map.of("url", URL)).then().spec(refusal(409, "ENDPOINT_EXISTS"));
        read(second).body("data.url", equalTo(URL + "/2"));
    }

    @Test
    void aRotationKeepsTheSecretBeforeForADay() {
        var first = created(URL);
        String id = first.extract().path("data.endpoint_id");
        String old = first.extract().path("data.secret");
        var rotated = post("/" + id + "/rotate-secret", "{}")
                .then()
                .spec(success(200))
                .header("Cache-Control", "no-store");
        String secret = rotated.extract().path("data.secret");
        assertThat(secret).isNotEqualTo(old);
        assertThat(opened(id, "secret")).isEqualTo(secret);
        assertThat(opened(id, "previous_secret")).isEqualTo(old);
        assertThat(Duration.between(
                        Instant.now(), Instant.parse(rotated.extract().path("data.previous_secret_expires_at"))))
                .isBetween(
                        Duration.ofHours(24).minusMinutes(1),
                        Duration.ofHours(24).plusMinutes(1));

        post("/" + id + "/rotate-secret", "{}").then().spec(refusal(409, "ENDPOINT_NOT_READY"));
        assertThat(opened(id, "secret")).isEqualTo(secret);
        post("/" + id + "/rotate-secret", Map.of("overlap_seconds", 0))
                .then()
                .spec(success(200))
                .body("data.previous_secret_expires_at", nullValue());
        assertThat(stored(id, "previous_secret")).isNull();
        merchant.calls().post(PATH + "/" + id + "/rotate-secret").then().spec(success(200));
    }

    @Test
    void aSecretThatDoesNotSignAnyMoreIsRemoved() {
        String id = id(URL);
        post("/" + id + "/rotate-secret", "{}").then().spec(success(200));
        oldSecrets.runOnce().await().atMost(Duration.ofSeconds(20));
        assertThat(stored(id, "previous_secret")).isNotNull();

        sql("UPDATE gateway.webhook_endpoints SET previous_secret_expires_at = now() WHERE id = ?::uuid", id);
        oldSecrets.runOnce().await().atMost(Duration.ofSeconds(20));

        assertThat(stored(id, "previous_secret")).isNull();
        assertThat(stored(id, "secret")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "86401", "1.5", "\"1\""})
    void refusesAnOverlapThatIsNotValid(String seconds) {
        String id = id(URL);
        post("/" + id + "/rotate-secret", "{\"overlap_seconds\":" + seconds + "}")
                .then()
                .spec(refusal(400, "VALIDATION_ERROR"));
    }

    @Test
    void endpointsOfOtherStoresDoNotExist() {
        String id = id(URL);
        String before = ask("SELECT e::text FROM gateway.webhook_endpoints AS e WHERE id = ?::uuid", id);
        merchant = Merchant.inAbsorbMode();
        for (String named : List.of(id, UUID.randomUUID().toString())) {
            List<Response> answers = List.of(
                    merchant.calls().get(PATH + "/" + named),
                    patch(named, Map.of("enabled", false)),
                    merchant.calls().delete(PATH + "/" + named),
                    post("/" + named + "/rotate-secret", "{}"));
            answers.forEach(answer -> answer.then()
                    .spec(refusal(404, "NOT_FOUND"))
                    .body("error.message", equalTo("The webhook endpoint was not found.")));
        }
        merchant.calls().get(PATH).then().body("data.endpoints", empty());
        assertThat(ask("SELECT e::text FROM gateway.webhook_endpoints AS e WHERE id = ?::uuid", id))
                .isEqualTo(before);
    }

    @Test
    void isForServersWithTheScopeOnly() {
        merchant.calls().header("Origin", merchant.page()).get(PATH).then().spec(refusal(403, "DOMAIN_MISMATCH"));
        merchant.shops(merchant.shopperToken(Map.of("shopper_ref", "a")))
                .get(PATH)
                .then()
                .spec(refusal(401, "INVALID_API_KEY"));
        sql(
                "UPDATE gateway.store_api_keys SET scopes = '{store:write}' WHERE id = ?::uuid",
                merchant.keyId().toString());
        Await.until(Duration.ofSeconds(20), () -> merchant.calls().get(PATH).statusCode(), status -> status == 403);
    }

    @Test
    void everyChangeIsInTheChangelogWithoutUrlAndSecret() {
        String id = id(URL + "?mail=ann@example.com");
        patch(id, Map.of("enabled", false)).then().statusCode(200);
        patch(id, Map.of("enabled", false)).then().statusCode(200);
        post("/" + id + "/rotate-secret", "{}").then().statusCode(200);
        merchant.calls().delete(PATH + "/" + id).then().statusCode(200);
        merchant.calls().delete(PATH + "/" + id).then().spec(refusal(404, "NOT_FOUND"));

        var entries = operator()
                .queryParam("store_id", merchant.storeId())
                .get("/admin/v1/audit")
                .then()
                .body("data.entries[0].who", startsWith("key:wk_"))
                .body("data.entries[0].subject", equalTo(id))
                .extract();
        assertThat(entries.<List<String>>path("data.entries.action"))
                .startsWith("endpoint.deleted", "endpoint.rotated", "endpoint.changed", "endpoint.created");
        assertThat(Collections.frequency(entries.<List<String>>path("data.entries.action"), "endpoint.changed"))
                .isEqualTo(1);
        assertThat(entries.asString()).contains("shop.example").doesNotContain("hooks/token", "whsec_", "ann@");
    }
}
