package dev.wearon.generation.reconciliation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.restassured.http.ContentType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Inserts rows in an hour of the past that no other test uses. The reconciler has already passed that hour, and the refunder
 * skips rows marked as released, so the jobs do not change them.
 */
record Fixture(Shop shop, Instant hour) {

    private static final Instant LONG_AGO = Instant.parse("2001-01-01T00:00:00Z");

    static Fixture of(Shop shop) {
        Await.until(
                Duration.ofSeconds(30),
                () -> Rows.value("SELECT charges_before > '2020-01-01' FROM generation.reconciler_mark"),
                "t"::equals);
        return new Fixture(
                shop, LONG_AGO.plus(Duration.ofHours(ThreadLocalRandom.current().nextInt(100_000))));
    }

    Instant end() {
        return hour.plus(Duration.ofHours(1));
    }

    /** A time within the hour. */
    Instant at(int minute) {
        return hour.plus(Duration.ofMinutes(minute));
    }

    /** Makes a real charge and moves it to {@code at}. */
    UUID charge(Instant at) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        shop.charge(id);
        moveCharge(id, at);
        return id;
    }

    /** @param issuer null for a charge without issuer */
    UUID chargeIssuedBy(String issuer, Instant at) {
        UUID id = UUID.randomUUID();
        assertThat(Rows.value(
                        "SELECT credits.charge(?, ?, 1, 'r', NULL, p_issuer => ?::TEXT)", id, shop.storeId(), issuer))
                .isEqualTo("charged");
        moveCharge(id, at);
        return id;
    }

    static void moveCharge(UUID id, Instant at) {
        // A trigger forbids this change, so the statement runs without triggers.
        Rows.update("""
                WITH unguarded AS MATERIALIZED (SELECT set_config('session_replication_role', 'replica', TRUE))
                UPDATE credits.charges SET created_at = ? FROM unguarded WHERE id = ?
                """, at.atOffset(ZoneOffset.UTC), id);
    }

    static void moveSession(UUID id, Instant at) {
        Rows.update(
                "UPDATE generation.store_generation_sessions SET created_at = ? WHERE id = ?",
                at.atOffset(ZoneOffset.UTC),
                id);
    }

    void release(UUID chargeId) {
        given().baseUri(SuiteServers.neighbour("credits").url())
                .header("Authorization", TestIdentities.service("generation"))
                .contentType(ContentType.JSON)
                .body(Map.of("request_id", "r"))
                .post("/internal/v1/stores/{store}/charges/{charge}/release", shop.storeId(), chargeId)
                .then()
                .statusCode(200);
    }

    /** The ledger refuses a second deduction, so the second movement has another type. */
    void chargeTwice(UUID chargeId) {
        Rows.update("""
                INSERT INTO credits.store_credit_transactions
                    (store_id, amount, type, charge_id, request_id, balance_after, price_cents)
                VALUES (?, 0, 'overage', ?, 'twice', 0, 16)
                """, shop.storeId(), chargeId);
    }

    /** A completed session with an expired picture. */
    void insertCompleted(UUID id, Instant at) {
        insertCompleted(id, at, at.plus(Duration.ofHours(6)));
    }

    void insertCompleted(UUID id, Instant at, Instant imagesExpireAt) {
        Rows.update(
                """
                INSERT INTO generation.store_generation_sessions (
                    id, store_id, status, model_image_url, prompt_system, image_urls, image_paths, request_id,
                    created_at, completed_at, generated_image_url, result_published, images_expire_at)
                VALUES (?, ?, 'completed', 'u', 'p', '{u}', '{p}', 'r', ?, ?, ?, true, ?)
                """,
                id,
                shop.storeId(),
                at.atOffset(ZoneOffset.UTC),
                at.plusSeconds(1).atOffset(ZoneOffset.UTC),
                "stores/%s/generated/%s.jpg".formatted(shop.storeId(), id),
                imagesExpireAt.atOffset(ZoneOffset.UTC));
    }

    /** @param releasedAt null leaves the row to the refunder */
    void insertFailed(UUID id, Instant at, Instant failedAt, Instant releasedAt) {
        Rows.update(
                """
                INSERT INTO generation.store_generation_sessions (
                    id, store_id, status, model_image_url, prompt_system, image_urls, image_paths, request_id,
                    created_at, completed_at, error_code, error_message, released_at)
                VALUES (?, ?, 'failed', 'u', 'p', '{u}', '{p}', 'r', ?, ?, 'INTERNAL', 'm', ?)
                """,
                id,
                shop.storeId(),
                at.atOffset(ZoneOffset.UTC),
                failedAt.atOffset(ZoneOffset.UTC),
                releasedAt == null ? null : releasedAt.atOffset(ZoneOffset.UTC));
    }

    /** Returns all rows that the services store about this shop. */
    String allRows() {
        return Rows.value(
                """
                SELECT string_agg(row, E'\\n' ORDER BY row) FROM (
                    SELECT s::text AS row FROM generation.store_generation_sessions s WHERE store_id = ?
                    UNION ALL SELECT e::text FROM generation.store_analytics_events e WHERE store_id = ?
                    UNION ALL SELECT c::text FROM credits.charges c WHERE store_id = ?
                    UNION ALL SELECT w::text FROM credits.store_credits w WHERE store_id = ?
                    UNION ALL SELECT t::text FROM credits.store_credit_transactions t WHERE store_id = ?
                    UNION ALL SELECT o::text FROM storage.objects o WHERE store_id = ?) kept
                """, shop.storeId(), shop.storeId(), shop.storeId(), shop.storeId(), shop.storeId(), shop.storeId());
    }
}
