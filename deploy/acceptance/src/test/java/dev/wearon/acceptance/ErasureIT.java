package dev.wearon.acceptance;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All services together delete what names a shopper, and stop a store. */
class ErasureIT {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /** All keys of Redis with their values, in one line. */
    private static final String DUMP = """
            local all = {}
            for _, key in ipairs(redis.call('KEYS', '*')) do
                local type = redis.call('TYPE', key).ok
                local value = type == 'string' and {redis.call('GET', key)}
                    or type == 'list' and redis.call('LRANGE', key, 0, -1)
                    or type == 'hash' and redis.call('HGETALL', key)
                    or type == 'zset' and redis.call('ZRANGE', key, 0, -1)
                    or type == 'set' and redis.call('SMEMBERS', key)
                    or error('A new type: ' .. type)
                all[#all + 1] = key .. ' ' .. table.concat(value, ' ')
            end
            return (string.gsub(table.concat(all, ' '), '[\\r\\n]', ' ')) .. ' end'
            """;

    @TempDir
    private static Path folder;

    private static Rig rig;
    private static RunningService gateway;

    /** Unique, so that everything can be searched for them. */
    private final String person = UUID.randomUUID().toString();

    private final String address = "anna-" + person + "@shop.example";
    private final String reference = "shopify:7" + person;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        rig.start("credits");
        rig.start(
                "storage",
                Map.of(
                        "WEARON_PUBLIC_URL", rig.url("gateway"),
                        "WEARON_UPKEEP_JANITOR_EVERY", "1s",
                        "WEARON_UPKEEP_GRACE", "0s"));
        rig.start("generation", Suite.PATIENT);
        gateway = rig.start(
                "gateway",
                Suite.patient(Map.of(
                        "WEARON_ERASURE_SECOND_PASS_AFTER",
                        "1s",
                        "WEARON_OUTBOX_EVERY",
                        "0.2s",
                        "WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER",
                        Suite.UNLIMITED,
                        "WEARON_LIMITS_PER_HOUR_WITHOUT_TIER",
                        Suite.UNLIMITED)));
    }

    @AfterAll
    static void stop() throws IOException {
        rig.close();
        assertThat(Secrets.inLogsBelow(folder, Rig.ADMIN_TOKEN)).isEmpty();
    }

    private static ApiClient operator() {
        return ApiClient.of(gateway.url()).withKey(Rig.ADMIN_TOKEN);
    }

    private static Merchant merchant(int credits) {
        return Merchant.with(URI.create(gateway.url()), Rig.ADMIN_TOKEN, "absorb_mode", credits);
    }

    /** The tables of all schemas of the suite with a row that contains the text. */
    private static List<String> tablesWith(String text) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = rig.connect();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            ResultSet names = statement.executeQuery("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                    + " WHERE schemaname IN ('gateway', 'credits', 'generation', 'storage')");
            while (names.next()) {
                tables.add(names.getString(1));
            }
            for (String table : tables) {
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM %s t WHERE strpos(lower(t::text), '%s') > 0".formatted(table, text));
                row.next();
                if (row.getLong(1) > 0) {
                    found.add(table);
                }
            }
        }
        return found;
    }

    private static String value(String query) throws SQLException {
        try (Connection connection = rig.connect();
                ResultSet row = connection.createStatement().executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void buy(UUID store, String order, Map<String, ?> shopper) throws IOException {
        var body = new HashMap<String, Object>(shopper);
        body.putAll(Map.of("order_id", order, "credits", 3, "amount_paid", 4.5, "request_id", "order-" + order));
        ApiClient.of(rig.url("credits"))
                .as(rig.identities().service("gateway"))
                .post("/internal/v1/stores/" + store + "/purchases", body)
                .expect(200);
    }

    private UUID tryOn(Merchant merchant) throws Exception {
        String id = merchant.call()
                .header("x-shopper-email", address)
                .body(Map.of("age_verified", true, "image_urls", merchant.images(), "prompt", "For " + address))
                .post("/api/v1/generation/create")
                .then()
                .statusCode(201)
                .extract()
                .path("data.session_id");
        return UUID.fromString(id);
    }

    @Test
    void nothingNamesAShopperAfterwardsAndTheBooksAgree() throws Exception {
        Merchant merchant = merchant(20);
        UUID store = merchant.storeId();
        String path = "/admin/v1/stores/" + store;
        buy(store, "1", Map.of("shopper_email", address, "shopper_ref", reference));
        buy(store, "2", Map.of("shopper_email", "ben@shop.example"));
        UUID id = tryOn(merchant);
        String picture = merchant.ended(id).getString("data.generated_image_url");
        assertThat(given().urlEncodingEnabled(false).get(picture).statusCode()).isEqualTo(200);
        String key = operator()
                .post(
                        path + "/api-keys",
                        Map.of("allowed_domains", List.of(), "scopes", List.of("shopper-tokens:mint")))
                .expect(201)
                .data()
                .path("api_key")
                .textValue();
        ApiClient.of(gateway.url())
                .withKey(key)
                .post("/api/v1/shopper-tokens", Map.of("origin", "https://shop.example", "shopper_ref", reference))
                .expect(201);
        JsonNode data = operator()
                .post(path + "/shoppers/data", Map.of("shopper_ref", reference))
                .expect(200)
                .data();
        assertThat(data.toString()).contains(address, reference, "For " + address, id.toString());
        assertThat(tablesWith(person))
                .contains(
                        "gateway.shopper_tokens",
                        "gateway.store_jobs",
                        "credits.store_shoppers",
                        "credits.store_shopper_credits",
                        "generation.store_generation_sessions",
                        "generation.store_analytics_events");

        // Only by the reference: the ledger knows the address.
        operator()
                .post(path + "/shoppers/redact", Map.of("shopper_ref", reference))
                .expect(202);
        Await.until(
                TIMEOUT,
                () -> operator()
                        .get(path + "/privacy-requests")
                        .expect(200)
                        .data()
                        .path("requests"),
                requests -> requests.size() == 1
                        && requests.get(0).path("status").textValue().equals("done"));

        assertThat(tablesWith(person)).isEmpty();
        URI redis = URI.create(rig.redisUrl());
        assertThat(new RedisSocket(redis.getPort()).send("EVAL", DUMP, "0"))
                .endsWith(" end")
                .doesNotContain(person);
        try (var files = Files.walk(folder, 2)) {
            for (Path log :
                    files.filter(file -> file.toString().endsWith(".log")).toList()) {
                assertThat(Files.readString(log)).as(log.toString()).doesNotContain(person);
            }
        }
        assertThat(given().urlEncodingEnabled(false).get(picture).statusCode()).isEqualTo(404);
        assertThat(merchant.session(id).getString("data.status")).isEqualTo("completed");
        assertThat(value(
                        "SELECT string_agg(balance::text, ',' ORDER BY shopper_email) FROM credits.store_shopper_credits"
                                + " WHERE store_id = '" + store + "'"))
                .isEqualTo("3,3");
        JsonNode differences = operator()
                .get("/admin/v1/ledger/trial-balance?limit=1")
                .expect(200)
                .data()
                .path("overall")
                .path("differences");
        assertThat(differences.size()).isPositive();
        differences.forEach(difference -> assertThat(difference.intValue()).isZero());
        assertThat(operator().get("/admin/v1/ledger/check").expect(200).data().path("disagreements"))
                .isEmpty();
        buy(store, "3", Map.of("shopper_email", address));
        assertThat(value("SELECT count(*) FROM credits.store_shopper_credits WHERE store_id = '" + store + "'"))
                .as("a new wallet for the same address")
                .isEqualTo("3");
    }

    @Test
    void aSuspendedStoreIsRefusedAndKeepsItsImages() throws Exception {
        Merchant merchant = merchant(3);
        UUID id = merchant.created(merchant.images());
        String picture = merchant.ended(id).getString("data.generated_image_url");

        operator()
                .post("/admin/v1/stores/" + merchant.storeId() + "/suspend", Map.of())
                .expect(200);

        Await.until(
                TIMEOUT, () -> merchant.call().get("/api/v1/credits/balance").statusCode(), status -> status == 401);
        assertThat(given().urlEncodingEnabled(false).get(picture).statusCode()).isEqualTo(200);
        given().baseUri(gateway.url())
                .header("Authorization", "Bearer " + Rig.ADMIN_TOKEN)
                .contentType("application/json")
                .body(Map.of("status", "inactive"))
                .patch("/admin/v1/stores/{id}", merchant.storeId())
                .then()
                .statusCode(200);
        Await.until(
                TIMEOUT,
                () -> {
                    try {
                        return value(
                                "SELECT count(*) FROM storage.objects WHERE store_id = '" + merchant.storeId() + "'");
                    } catch (SQLException failed) {
                        throw new IllegalStateException(failed);
                    }
                },
                "0"::equals);
        assertThat(given().urlEncodingEnabled(false).get(picture).statusCode()).isEqualTo(404);
    }
}
