package dev.wearon.generation.erasure;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.queue.Permits;
import dev.wearon.identity.Principal;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithNeighbours
class ErasureResourceTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String PERMITS = "wearon:tasks:generation";
    private static final String PERMIT = """
            {"task_id": "0190a000-0000-7000-8000-000000000000", "channel": "b2b", "session_id": "%s", "store_id": "%s",
             "image_urls": [], "prompt": "for %s", "request_id": "r", "version": 1, "created_at": "2026-11-21T10:00:00Z"}""";

    @Inject
    Permits permits;

    @Inject
    RedisDataSource redis;

    /** Unique, so that the whole schema can be searched for it. */
    private final String ann = "ann-" + UUID.randomUUID() + "@shop.example";

    private final Shop shop = Shop.with(5);

    private Response post(String path, Object body) {
        return given().header("Authorization", TestIdentities.service("gateway"))
                .contentType(ContentType.JSON)
                .body(body)
                .post("/internal/v1/stores/{store}/sessions/" + path, shop.storeId());
    }

    private int redact(Object body) {
        int changed = 0;
        for (int call = 0; call < 20; call++) {
            Response answer = post("redact", body);
            answer.then().statusCode(200);
            changed += answer.<Integer>path("changed");
            if (!answer.<Boolean>path("more")) {
                return changed;
            }
        }
        throw new AssertionError("There is always more");
    }

    private static String session(String column, UUID id) {
        return Rows.value("SELECT " + column + " FROM generation.store_generation_sessions WHERE id = ?", id);
    }

    /** A charged session that no worker claims, because its lease is held. */
    private UUID held(String status, String shopper) {
        UUID id = Rows.session(shop.storeId(), status, 1, "1 minute");
        shop.charge(id);
        Rows.update(
                "UPDATE generation.store_generation_sessions SET shopper_email = ?, prompt_user = 'blue' WHERE id = ?",
                shopper,
                id);
        return id;
    }

    private static List<String> tablesWith(String text) {
        return Rows.values("SELECT tablename FROM pg_tables WHERE schemaname = 'generation'").stream()
                .filter(table -> !Rows.value(
                                "SELECT count(*) FROM generation." + table + " t WHERE strpos(t::text, ?) > 0", text)
                        .equals("0"))
                .toList();
    }

    @Test
    void cancelsWhatIsQueuedAndLeavesWhatAWorkerHas() {
        UUID queued = held("queued", null);
        UUID begun = held("processing", null);

        assertThat(post("cancel", Map.of()).then().statusCode(200).extract().<Integer>path("changed"))
                .isEqualTo(1);
        assertThat(post("cancel", Map.of()).<Integer>path("changed"))
                .as("a repeat")
                .isZero();

        assertThat(session("concat_ws(' ', status, error_code, credits_refunded)", queued))
                .isEqualTo("failed CANCELLED 1");
        assertThat(session("status", begun)).isEqualTo("processing");
        assertThat(shop.balance()).isEqualTo(4);
    }

    @Test
    void deletesAShopperFromEveryTable() throws Exception {
        Shop annsShop = shop.token(ann);
        String person = annsShop.person();
        UUID completed = annsShop.createWithKey("key-1", person)
                .then()
                .statusCode(201)
                .extract()
                .jsonPath()
                .getUUID("session_id");
        Await.until(TIMEOUT, () -> session("status", completed), "completed"::equals);
        UUID begun = held("processing", ann);
        UUID other = held("processing", "ref:other");
        String result = session("generated_image_url", completed);
        String input = session("image_paths[1]", completed);
        assertThat(tablesWith(ann)).contains("store_generation_sessions", "store_analytics_events");
        String owner = Principal.OfStore.owner(shop.storeId(), Optional.of(ann), Optional.empty())
                .orElseThrow()
                .toString();
        assertThat(tablesWith(owner)).contains("idempotency_keys");

        assertThat(redact(Map.of("shoppers", List.of(ann, "ref:unknown")))).isPositive();

        assertThat(tablesWith(ann)).isEmpty();
        assertThat(tablesWith(owner)).isEmpty();
        assertThat(session(
                        "concat_ws(' ', status, shopper_email IS NULL, shopper_token_id IS NULL, prompt_system = '',"
                                + " prompt_user IS NULL, image_urls = image_paths, images_expire_at <= now())",
                        completed))
                .isEqualTo("completed t t t t t t");
        assertThat(session("concat_ws(' ', status, error_code, credits_refunded)", begun))
                .isEqualTo("failed CANCELLED 1");
        assertThat(session("concat_ws(' ', status, shopper_email, prompt_user)", other))
                .isEqualTo("processing ref:other blue");
        assertThat(Rows.value("SELECT count(*) FROM storage.objects WHERE path IN (?, ?)", result, input))
                .isEqualTo("0");
        assertThat(redact(Map.of("shoppers", List.of(ann)))).as("a repeat").isZero();
        assertThat(shop.balance()).isEqualTo(3);
    }

    @Test
    void leavesWhatAShopperDoesAfterTheRequest() {
        UUID before = held("processing", ann);
        Instant requested = Instant.now().plusSeconds(30);
        UUID after = held("processing", ann);
        Rows.update(
                "UPDATE generation.store_generation_sessions SET created_at = now() + interval '1 minute' WHERE id = ?",
                after);
        Map<String, Object> body = Map.of("shoppers", List.of(ann), "created_before", requested.toString());

        assertThat(redact(body)).isPositive();

        assertThat(session("concat_ws(' ', status, shopper_email)", before)).isEqualTo("failed");
        assertThat(session("concat_ws(' ', status, shopper_email, prompt_user)", after))
                .isEqualTo("processing " + ann + " blue");
        assertThat(Rows.value(
                        "SELECT count(*) FROM generation.store_analytics_events WHERE metadata ->> 'session_id' = ?"
                                + " AND shopper_email IS NOT NULL",
                        before.toString()))
                .isEqualTo("0");
        assertThat(redact(body)).as("a repeat").isZero();
    }

    /** A gateway may remember such a token until it expires. */
    @Test
    void takesWhatATokenFromBeforeTheRequestMakesAfterIt() {
        Instant requested = Instant.now();
        UUID later = held("processing", ann);
        UUID tokenOfBefore = new UUID(requested.minusSeconds(1).toEpochMilli() << 16 | 0x7abc, -1);
        UUID tokenOfAfter = new UUID(requested.plusSeconds(1).toEpochMilli() << 16 | 0x7000, Long.MIN_VALUE);
        Map<String, Object> body = Map.of("shoppers", List.of(ann), "created_before", requested.toString());
        madeWith(later, tokenOfAfter);
        redact(body);
        assertThat(session("shopper_email", later)).isEqualTo(ann);

        madeWith(later, tokenOfBefore);
        redact(body);

        assertThat(session("concat_ws(' ', status, shopper_email, shopper_token_id)", later))
                .isEqualTo("failed");
        assertThat(Rows.value(
                        "SELECT count(*) FROM generation.store_analytics_events WHERE metadata ->> 'session_id' = ?"
                                + " AND shopper_email IS NOT NULL",
                        later.toString()))
                .isEqualTo("0");
    }

    private static void madeWith(UUID session, UUID token) {
        Rows.update(
                "UPDATE generation.store_generation_sessions SET created_at = now() + interval '1 minute', shopper_token_id = ?"
                        + " WHERE id = ?",
                token,
                session);
    }

    @Test
    void deletesAllShoppersOfAStore() {
        UUID annsSession = held("processing", ann);
        UUID anonymous = held("processing", null);
        Shop neighbour = Shop.with(1);
        UUID foreign = Rows.session(neighbour.storeId(), "processing", 1, "1 minute");
        Rows.update(
                "UPDATE generation.store_generation_sessions SET shopper_email = ? WHERE id = ?", "b" + ann, foreign);

        redact(Map.of());

        for (UUID id : List.of(annsSession, anonymous)) {
            assertThat(session("concat_ws(' ', status, shopper_email IS NULL, redacted_at IS NOT NULL)", id))
                    .isEqualTo("failed t t");
        }
        assertThat(session("shopper_email", foreign)).isEqualTo("b" + ann);
        assertThat(Rows.value(
                        "SELECT count(*) FROM generation.store_analytics_events WHERE store_id = ? AND shopper_email IS NOT NULL",
                        shop.storeId()))
                .isEqualTo("0");
    }

    @Test
    void removesPermitsBecauseTheyHaveThePrompt() {
        UUID session = UUID.randomUUID();
        String permit = PERMIT.formatted(session, shop.storeId(), ann);
        // Far more than the workers of this process pop meanwhile.
        redis.list(String.class)
                .lpush(PERMITS, Collections.nCopies(20_000, permit).toArray(String[]::new));
        assertThat(redis.list(String.class).llen(PERMITS)).isPositive();

        permits.remove(Set.of(session)).await().atMost(TIMEOUT);

        assertThat(redis.list(String.class).lrange(PERMITS, 0, -1)).doesNotContain(permit);
    }

    @Test
    void readsWhatAShopperHas() {
        UUID id = held("processing", ann);
        Response data = post("data", Map.of("shoppers", List.of(ann)));
        assertThat(data.<List<String>>path("sessions.session_id")).containsExactly(id.toString());
        assertThat(data.<List<String>>path("sessions.shopper")).containsExactly(ann);
        assertThat(data.<Boolean>path("truncated")).isFalse();
        assertThat(post("data", Map.of("shoppers", List.of("ref:nobody"))).<List<?>>path("sessions"))
                .isEmpty();
    }

    /** The rows stay as they are until the pictures are deleted, because only the rows name them. */
    @Test
    void repeatsIfStorageDoesNotAnswer() throws Exception {
        UUID id = held("processing", ann);
        try (var refused = SuiteServers.faultProxy("storage").refuse()) {
            assertThat(post("redact", Map.of("shoppers", List.of(ann))).statusCode())
                    .isGreaterThanOrEqualTo(500);
        }
        assertThat(session("concat_ws(' ', status, shopper_email)", id)).isEqualTo("failed " + ann);
        assertThat(redact(Map.of("shoppers", List.of(ann)))).isPositive();
        assertThat(tablesWith(ann)).isEmpty();
    }

    @Test
    void isForServicesOnly() {
        given().header("Authorization", shop.identity())
                .contentType(ContentType.JSON)
                .body(Map.of())
                .post("/internal/v1/stores/{store}/sessions/redact", shop.storeId())
                .then()
                .statusCode(404);
    }
}
