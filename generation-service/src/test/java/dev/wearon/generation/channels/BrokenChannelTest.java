package dev.wearon.generation.channels;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table of one channel is missing. Creates, workers and jobs serve the other channel. */
@QuarkusTest
@TestProfile(WithKiosks.class)
@WithNeighbours
class BrokenChannelTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String RENAMED_TABLE = "kiosk_sessions_away";
    private static final String STATE =
            "SELECT concat_ws(' ', status, error_code, attempts) FROM generation.store_generation_sessions WHERE id = ?";
    private static final String REFUNDED =
            "SELECT concat_ws(' ', status, error_code, credits_refunded) FROM generation.store_generation_sessions"
                    + " WHERE id = ? AND released_at IS NOT NULL";

    private final Shop shop = Shop.with(6);

    @AfterEach
    void restoreTable() {
        Rows.update("ALTER TABLE IF EXISTS generation.%s RENAME TO kiosk_sessions".formatted(RENAMED_TABLE));
    }

    @Test
    void doesNotAffectTheOtherChannel() throws Exception {
        String person = shop.person();
        Rows.update("ALTER TABLE generation.kiosk_sessions RENAME TO " + RENAMED_TABLE);
        UUID ofAKiosk = waitingKiosk(person);

        List<UUID> made = Stream.generate(() -> shop.created(person)).limit(4).toList();
        made.forEach(id -> awaitOf(STATE, id, "completed 1"));
        UUID withoutPermit = Rows.session(shop.storeId(), "queued", 0, "-11 seconds");
        awaitOf(STATE, withoutPermit, "failed BAD_IMAGE 1");
        UUID lost = Rows.session(shop.storeId(), "processing", 3, "-1 second");
        UUID old = Rows.session(shop.storeId(), "processing", 1, "1 hour");
        Rows.update(
                "UPDATE generation.store_generation_sessions SET created_at = now() - interval '11 minutes' WHERE id = ?",
                old);
        shop.charge(old);
        awaitOf(STATE, lost, "failed WORKER_LOST 3");
        awaitOf(REFUNDED, old, "failed DEADLINE 1");
        UUID withoutSession = UuidCreator.getTimeOrderedEpoch();
        shop.charge(withoutSession);
        shop.ageCharges();
        awaitOf(REFUNDED, withoutSession, "failed ABANDONED 1");
        Rows.update(
                "INSERT INTO generation.idempotency_keys (store_id, key, request_hash, session_id, begun_at)"
                        + " VALUES (?, 'old', sha256(''), gen_random_uuid(), now() - interval '25 hours')",
                shop.storeId());
        awaitOf("SELECT count(*) FROM generation.idempotency_keys WHERE store_id = ?", shop.storeId(), "0");
        assertThat(shop.balance()).isEqualTo(2);

        restoreTable();
        awaitOf(
                "SELECT concat_ws(' ', status, attempts) FROM generation.kiosk_sessions WHERE id = ?",
                ofAKiosk,
                "completed 1");
    }

    private UUID waitingKiosk(String imageUrl) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        String path = URI.create(imageUrl).getPath().substring(1);
        Rows.update("""
                INSERT INTO generation.%s (
                    id, kiosk_id, lease_until, model_image_url, prompt_system, image_urls, image_paths, request_id)
                VALUES (?, ?, now() - interval '11 seconds', 'u', 'prompt', '{u,u}', ARRAY[?, ?], 'r')
                """.formatted(RENAMED_TABLE), id, shop.storeId(), path, path);
        return id;
    }

    private static void awaitOf(String query, UUID id, String state) {
        Await.until(TIMEOUT, () -> Rows.value(query, id), state::equals);
    }
}
