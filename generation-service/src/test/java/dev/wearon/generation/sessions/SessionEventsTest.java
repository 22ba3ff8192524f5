package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Consistency;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.ShortTimeouts;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The row of a session, and the events of its creation, its end and its refund. */
@QuarkusTest
@TestProfile(ShortTimeouts.class)
@WithNeighbours
class SessionEventsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String EVENTS = "SELECT event_type FROM generation.store_analytics_events"
            + " WHERE metadata ->> 'session_id' = ?::text ORDER BY created_at";

    private static List<String> events(UUID id) {
        return Rows.values(EVENTS, id);
    }

    private static JsonPath ended(Shop shop, UUID id) {
        Await.until(TIMEOUT, () -> shop.session(id).getString("status"), status -> status.matches("completed|failed"));
        Consistency.assertConsistent(shop);
        return shop.session(id);
    }

    @Nested
    class ASession {

        @Test
        void thatCompletedHasAnEndAndADuration() throws Exception {
            Shop shop = Shop.with(1);
            UUID id = shop.created(shop.person());
            JsonPath session = ended(shop, id);
            assertThat(session.getString("status")).isEqualTo("completed");
            assertThat(OffsetDateTime.parse(session.getString("completed_at")))
                    .isAfter(OffsetDateTime.parse(session.getString("created_at")));
            assertThat(session.getInt("processing_time_ms")).isPositive();
            assertThat(session.getInt("attempt")).isEqualTo(1);
            assertThat(session.getString("error_code")).isNull();
            assertThat(session.getString("error_message")).isNull();
            assertThat(session.getInt("credits_refunded")).isZero();
            assertThat(events(id)).containsExactly("generation_queued", "generation_completed");
        }

        @Test
        void thatFailedHasAMessageForPeople() throws Exception {
            Shop shop = Shop.with(1);
            UUID id = shop.created(shop.unreadableImage());
            JsonPath session = ended(shop, id);
            assertThat(session.getString("status")).isEqualTo("failed");
            assertThat(session.getString("error_code")).isEqualTo("BAD_IMAGE");
            assertThat(session.getString("error_message"))
                    .startsWith("The first picture is damaged.")
                    .endsWith("Your credit was returned.");
            assertThat(session.getString("completed_at")).isNotNull();
            assertThat(session.getInt("credits_refunded")).isEqualTo(1);
            assertThat(session.getInt("attempt")).isEqualTo(1);
            assertThat(events(id)).containsExactly("generation_queued", "generation_failed", "credit_refunded");
            assertThat(Rows.values(
                            "SELECT metadata ->> 'error_code' FROM generation.store_analytics_events"
                                    + " WHERE store_id = ? ORDER BY created_at",
                            shop.storeId()))
                    .containsExactly(null, "BAD_IMAGE", "BAD_IMAGE");
        }

        @Test
        void thatWasNeverChargedHasNoRefundEvent() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            UUID id;
            try (var outage = SuiteServers.faultProxy("credits").refuse()) {
                id = UUID.fromString(
                        shop.create(person).then().statusCode(503).extract().header("X-Session-Id"));
            }
            assertThat(ended(shop, id).getInt("credits_refunded")).isZero();
            assertThat(events(id)).containsExactly("generation_failed");
        }

        @Test
        void keepsAllItsImagesInOrder() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            String[] urls =
                    IntStream.range(0, 10).mapToObj(i -> person + "&n=" + i).toArray(String[]::new);
            UUID id = shop.namingShopper("shopper@example.com").created(urls);
            assertThat(Rows.values(
                            "SELECT unnest(image_urls) FROM generation.store_generation_sessions WHERE id = ?", id))
                    .containsExactly(urls);
            assertThat(Rows.value(
                            "SELECT cardinality(image_paths) FROM generation.store_generation_sessions WHERE id = ?",
                            id))
                    .isEqualTo("10");
            JsonPath session = ended(shop, id);
            assertThat(session.getString("model_image_url")).isEqualTo(urls[0]);
            assertThat(session.getString("outfit_image_url")).isEqualTo(urls[1]);
            assertThat(Rows.values(
                            "SELECT DISTINCT shopper_email || ' ' || (metadata ->> 'request_id' IS NOT NULL)"
                                    + " FROM generation.store_analytics_events WHERE store_id = ?",
                            shop.storeId()))
                    .containsExactly("shopper@example.com true");
        }
    }

    @Nested
    class AnEvent {

        private static final String UPDATE = "UPDATE generation.store_generation_sessions SET ";
        private final UUID id = Rows.session(UUID.randomUUID(), "queued", 0, "1 hour");

        private void change(String assignments) {
            assertThat(Rows.update(UPDATE + assignments + " WHERE id = ?", id)).isEqualTo(1);
        }

        private void assertWrittenBySameTransaction(String type) {
            assertThat(Rows.value(
                            "SELECT e.xmin = s.xmin FROM generation.store_analytics_events e"
                                    + " JOIN generation.store_generation_sessions s"
                                    + " ON e.metadata ->> 'session_id' = s.id::text WHERE s.id = ? AND e.event_type = ?",
                            id,
                            type))
                    .isEqualTo("t");
        }

        @ParameterizedTest
        @CsvSource({
            "MODERATION_BLOCKED, generation_moderation_blocked",
            "MODEL_TIMEOUT, generation_failed",
            "CANCELLED, generation_failed"
        })
        void isWrittenByTheTransactionOfItsChange(String code, String event) {
            assertWrittenBySameTransaction("generation_queued");
            change("status = 'processing', attempts = 1");
            change("lease_until = now() + interval '2 hours'");
            change("status = 'failed', released_at = now(), completed_at = now(), error_message = 'm', error_code = '"
                    + code + "'");
            assertWrittenBySameTransaction(event);
            change("credits_refunded = 1");
            assertWrittenBySameTransaction("credit_refunded");
            assertThat(events(id)).containsExactly("generation_queued", event, "credit_refunded");
        }

        @Test
        void isWrittenForACompletion() {
            change("status = 'processing', attempts = 1");
            change("status = 'completed', completed_at = now(), generated_image_url = 'p'");
            assertWrittenBySameTransaction("generation_completed");
            assertThat(events(id)).containsExactly("generation_queued", "generation_completed");
        }

        @Test
        void isNotWrittenWhenTheChangeIsRolledBack() {
            Rows.updateAndRollBack(
                    UPDATE + "status = 'failed', completed_at = now(), error_message = 'm', error_code = 'CANCELLED'"
                            + " WHERE id = ?",
                    id);
            assertThat(events(id)).containsExactly("generation_queued");
            change("status = 'processing', attempts = 1");
            change("status = 'completed', completed_at = now(), generated_image_url = 'p'");
        }
    }
}
