package dev.wearon.generation.notices;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithNeighbours
class NoticesTest {

    private static final String END = "UPDATE generation.store_generation_sessions SET status = 'failed',"
            + " error_code = 'INTERNAL', error_message = 'm', completed_at = now() WHERE ";

    private final UUID store = UUID.randomUUID();

    @Inject
    OldNotices oldNotices;

    @BeforeEach
    void forgetOthers() {
        Rows.update("DELETE FROM generation.ended_sessions");
    }

    private static Response post(String identity, String path, Object body) {
        return given().header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/internal/v1/notices/" + path);
    }

    private static List<Map<String, Object>> pulled() {
        return post(TestIdentities.service("gateway"), "pull", Map.of())
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("notices");
    }

    private static int acknowledged(List<?> ids) {
        return post(TestIdentities.service("gateway"), "acknowledge", Map.of("ids", ids))
                .then()
                .statusCode(200)
                .extract()
                .path("deleted");
    }

    private static List<Object> ids(List<Map<String, Object>> notices) {
        return notices.stream().map(notice -> notice.get("id")).toList();
    }

    /** Without a credit the release finds nothing to give back, and settles the session, too. */
    @Test
    void tellTheEndOfASession() {
        UUID id = Rows.session(store, "processing", 1, "1 minute");

        Rows.update(END + "id = ?", id);
        Await.until(
                Duration.ofSeconds(30),
                () -> Rows.value("SELECT released_at FROM generation.store_generation_sessions WHERE id = ?", id),
                released -> released != null);

        Map<String, Object> notice = pulled().getFirst();
        assertThat(notice)
                .containsOnlyKeys("id", "store_id", "type", "occurred_at", "data")
                .contains(
                        entry("id", id.toString()),
                        entry("store_id", store.toString()),
                        entry("type", "generation.failed"));
        assertThat(Instant.parse(notice.get("occurred_at").toString()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
        assertThat(notice.get("data"))
                .isEqualTo(Map.of(
                        "session_id",
                        id.toString(),
                        "status",
                        "failed",
                        "version",
                        2,
                        "error_code",
                        "INTERNAL",
                        "credits_used",
                        1,
                        "credits_refunded",
                        0));
    }

    @Test
    void tellTheEndOfATryOn() throws Exception {
        Shop shop = Shop.with(1);
        UUID id = shop.created(shop.person());

        Map<String, Object> notice = Await.until(Duration.ofSeconds(60), NoticesTest::pulled, found -> !found.isEmpty())
                .getFirst();

        assertThat(notice).contains(entry("id", id.toString()), entry("type", "generation.completed"));
        assertThat(notice.toString()).doesNotContain("http", "@");
        assertThat(((Map<?, ?>) notice.get("data")).get("error_code")).isNull();
    }

    @Test
    void aStatementThatEndsManySessionsLeavesOneForEach() {
        List<String> ids = Stream.generate(() -> Rows.session(store, "queued", 0, "1 minute"))
                .limit(50)
                .map(UUID::toString)
                .toList();

        Rows.update(END + "store_id = ?", store);

        assertThat(ids(pulled())).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void changesThatEndNothingLeaveNone() {
        UUID id = Rows.session(store, "queued", 0, "1 minute");

        Rows.update(
                "UPDATE generation.store_generation_sessions SET status = 'processing', lease_until = now() + '1 hour'"
                        + " WHERE id = ?",
                id);
        Rows.updateAndRollBack(END + "id = ?", id);

        assertThat(pulled()).isEmpty();
        Rows.update(END + "id = ?", id);
        Rows.update("UPDATE generation.store_generation_sessions SET released_at = now() WHERE id = ?", id);
        assertThat(pulled()).hasSize(1);
    }

    @Test
    void aCreateThatWasGivenUpHasAnEndToo() {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        Rows.update(
                "INSERT INTO generation.store_generation_sessions (id, store_id, status, error_code, error_message,"
                        + " completed_at, model_image_url, prompt_system, image_urls, image_paths)"
                        + " VALUES (?, ?, 'failed', 'ABANDONED', 'm', now(), 'u', 'p', '{u}', '{p}')",
                id,
                store);

        assertThat(ids(pulled())).containsExactly(id.toString());
    }

    @Test
    void areReturnedUntilTheyAreAcknowledged() {
        UUID first = Rows.session(store, "queued", 0, "1 minute");
        UUID second = Rows.session(store, "queued", 0, "1 minute");
        Rows.update(END + "store_id = ?", store);

        assertThat(ids(pulled())).containsExactly(first.toString(), second.toString());
        assertThat(ids(pulled())).hasSize(2);
        assertThat(acknowledged(List.of(first, UUID.randomUUID()))).isEqualTo(1);
        assertThat(acknowledged(List.of(first))).isZero();
        assertThat(ids(pulled())).containsExactly(second.toString());
    }

    @Test
    void comeInPagesOf500() {
        Rows.update(
                "INSERT INTO generation.store_generation_sessions (id, store_id, status, completed_at, generated_image_url,"
                        + " result_published, model_image_url, prompt_system, image_urls, image_paths)"
                        + " SELECT gen_random_uuid(), ?, 'completed', now(), 'p', true, 'u', 'p', '{u}', '{p}'"
                        + " FROM generate_series(1, 501)",
                store);

        assertThat(pulled()).hasSize(500);
        Rows.update("DELETE FROM generation.store_generation_sessions WHERE store_id = ?", store);
    }

    @Test
    void areDeletedAfterAWeekWithoutAGateway() {
        UUID old = Rows.session(store, "queued", 0, "1 minute");
        UUID young = Rows.session(store, "queued", 0, "1 minute");
        Rows.update(END + "store_id = ?", store);
        Rows.update(
                "UPDATE generation.ended_sessions SET ended_at = now() - '8 days'::interval WHERE session_id = ?", old);

        oldNotices.runOnce().await().atMost(Duration.ofSeconds(10));

        assertThat(ids(pulled())).containsExactly(young.toString());
    }

    @Test
    void thoseOfDeletedSessionsDoNotHideOthers() {
        UUID deleted = Rows.session(store, "queued", 0, "1 minute");
        UUID kept = Rows.session(store, "queued", 0, "1 minute");
        Rows.update(END + "store_id = ?", store);
        Rows.update("DELETE FROM generation.store_generation_sessions WHERE id = ?", deleted);

        oldNotices.runOnce().await().atMost(Duration.ofSeconds(10));

        assertThat(ids(pulled())).containsExactly(kept.toString());
        assertThat(Rows.value("SELECT count(*) FROM generation.ended_sessions")).isEqualTo("1");
    }

    @Test
    void areForServicesOnly() {
        post(TestIdentities.store(store), "pull", Map.of()).then().statusCode(404);
        post(TestIdentities.store(store), "acknowledge", Map.of("ids", List.of(UUID.randomUUID())))
                .then()
                .statusCode(404);
    }

    @Test
    void refuseAnAcknowledgementOfNothingOrTooMuch() {
        String gateway = TestIdentities.service("gateway");
        List<UUID> many =
                IntStream.range(0, 501).mapToObj(i -> UUID.randomUUID()).toList();
        for (Object ids : List.of(List.of(), many, List.of("no id"))) {
            post(gateway, "acknowledge", Map.of("ids", ids)).then().statusCode(400);
        }
    }
}
