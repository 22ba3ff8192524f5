package dev.wearon.generation.channels;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.sessions.CreateSaga.CreateRequest;
import dev.wearon.generation.sessions.CreateSaga.Outcome;
import dev.wearon.generation.sessions.IdempotencyKeys.Key;
import dev.wearon.generation.sessions.IdempotentCreates;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Creates, workers and jobs serve a second channel, with the real ledger and storage. The channel does not affect stores.
 */
@QuarkusTest
@TestProfile(WithKiosks.class)
@WithNeighbours
class SecondChannelTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String STATE =
            "SELECT concat_ws(' ', status, error_code, attempts) FROM generation.kiosk_sessions WHERE id = ?";
    private static final String REFUNDED =
            "SELECT concat_ws(' ', status, error_code, credits_refunded) FROM generation.kiosk_sessions"
                    + " WHERE id = ? AND released_at IS NOT NULL";
    private static final String OF_A_STORE =
            "SELECT concat_ws(' ', status, error_code) FROM generation.store_generation_sessions WHERE id = ?";

    @Inject
    Channels channels;

    @Inject
    IdempotentCreates creates;

    private final Shop wallet = Shop.with(2);

    @Test
    void createsChargesAndCompletesASessionOnce() throws Exception {
        String person = wallet.person();
        Key key = new Key(owner(), "order-1", new byte[32]);
        UUID id = created(create(person, Optional.of(key)), false);
        awaitState(id, "completed 1");
        assertThat(created(create(person, Optional.of(key)), true)).isEqualTo(id);

        assertThat(wallet.balance()).isEqualTo(1);
        assertThat(Rows.value("SELECT issuer || ' ' || status FROM credits.charges WHERE id = ?", id))
                .isEqualTo("kiosk charged");
        assertThat(Rows.value(
                        "SELECT (generated_image_url = (SELECT path FROM storage.objects"
                                + " WHERE store_id = kiosk_id AND kind = 'generated')) FROM generation.kiosk_sessions WHERE id = ?",
                        id))
                .isEqualTo("t");
        assertThat(Rows.value(OF_A_STORE, id)).isNull();
        assertThat(Rows.value("SELECT session_id FROM generation.idempotency_keys WHERE session_id = ?", id))
                .isNull();
    }

    @Test
    void givesBackTheCreditOfASessionThatFails() throws Exception {
        UUID id = created(create(wallet.unreadableImage(), Optional.empty()), false);
        Await.until(TIMEOUT, () -> Rows.value(REFUNDED, id), "failed BAD_IMAGE 1"::equals);
        assertThat(wallet.balance()).isEqualTo(2);
    }

    /** Here the worker died between the failed row and its call to the ledger. */
    @Test
    void isRefundedByTheRefunder() {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        charge(id, "kiosk");
        session(id, "failed", 1, "-1 minute");
        Await.until(TIMEOUT, () -> Rows.value(REFUNDED, id), "failed INTERNAL 1"::equals);
        assertThat(wallet.balance()).isEqualTo(2);
    }

    @Test
    void refusesACreateAboveItsLimit() throws Exception {
        for (int i = 0; i < Kiosks.MAX_UNFINISHED; i++) {
            session(UuidCreator.getTimeOrderedEpoch(), "processing", 1, "1 hour");
        }
        assertThat(create(wallet.person(), Optional.empty())).isInstanceOf(Outcome.TooManyUnfinished.class);
        assertThat(wallet.balance()).isEqualTo(2);
    }

    @Test
    void isTakenOverFromAWorkerThatDied() {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        charge(id, "kiosk");
        session(id, "processing", 1, "-11 seconds");
        awaitState(id, "completed 2");
        assertThat(wallet.balance()).isEqualTo(1);
    }

    @Test
    void isCompletedAfterItsPermitWasLost() {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        charge(id, "kiosk");
        session(id, "queued", 0, "-11 seconds");
        awaitState(id, "completed 1");
    }

    @Test
    void isFailedWithoutAttemptsLeftOrPastTheDeadline() {
        UUID lost = UuidCreator.getTimeOrderedEpoch();
        session(lost, "processing", 3, "-1 second");
        UUID old = UuidCreator.getTimeOrderedEpoch();
        session(old, "processing", 1, "1 hour");
        Rows.update(
                "UPDATE generation.kiosk_sessions SET created_at = now() - interval '11 minutes' WHERE id = ?", old);
        awaitState(lost, "failed WORKER_LOST 3");
        awaitState(old, "failed DEADLINE 1");
    }

    @Test
    void deletesExpiredKeys() {
        Rows.update(
                "INSERT INTO generation.kiosk_keys (kiosk_id, key, request_hash, session_id, begun_at)"
                        + " VALUES (?, 'old', sha256(''), gen_random_uuid(), now() - interval '25 hours')",
                wallet.storeId());
        Await.until(
                TIMEOUT,
                () -> Rows.value("SELECT count(*) FROM generation.kiosk_keys WHERE kiosk_id = ?", wallet.storeId()),
                "0"::equals);
    }

    @Test
    void deletesOldSessionsAndEvents() {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        session(id, "failed", 1, "-1 minute");
        Rows.update("UPDATE generation.kiosk_sessions SET created_at = '2020-03-10T12:00:00Z' WHERE id = ?", id);
        Rows.update(
                "INSERT INTO generation.kiosk_events (kiosk_id, event_type, created_at)"
                        + " VALUES (?, 'generation_completed', now() - interval '91 days')",
                wallet.storeId());
        Await.until(
                TIMEOUT,
                () -> Rows.value(
                        "SELECT concat_ws(' ', day, completed, failed, credits_used) FROM generation.kiosk_totals"
                                + " WHERE kiosk_id = ?",
                        wallet.storeId()),
                "2020-03-10 0 1 0"::equals);
        assertThat(Rows.value(STATE, id)).isNull();
        Await.until(
                TIMEOUT,
                () -> Rows.value("SELECT count(*) FROM generation.kiosk_events WHERE kiosk_id = ?", wallet.storeId()),
                "0"::equals);
    }

    /** The failed row goes to the table of the issuer's channel. A charge of an unknown issuer gets no row. */
    @Test
    void closesAChargeWithoutASessionOnlyInItsIssuersChannel() {
        wallet.topUp(1);
        UUID ofAKiosk = UuidCreator.getTimeOrderedEpoch();
        UUID ofAStore = UuidCreator.getTimeOrderedEpoch();
        UUID ofUnknownIssuer = UuidCreator.getTimeOrderedEpoch();
        charge(ofAKiosk, "kiosk");
        charge(ofAStore, "b2b");
        charge(ofUnknownIssuer, "unknown");
        wallet.ageCharges();

        Await.until(TIMEOUT, () -> Rows.value(REFUNDED, ofAKiosk), "failed ABANDONED 1"::equals);
        Await.until(TIMEOUT, () -> Rows.value(OF_A_STORE, ofAStore), "failed ABANDONED"::equals);
        Await.until(TIMEOUT, wallet::balance, balance -> balance == 2);
        assertThat(Rows.values("SELECT id FROM generation.kiosk_sessions WHERE kiosk_id = ?", wallet.storeId()))
                .containsExactly(ofAKiosk.toString());
        assertThat(Rows.values(
                        "SELECT id FROM generation.store_generation_sessions WHERE store_id = ?", wallet.storeId()))
                .containsExactly(ofAStore.toString());
        assertThat(Rows.value("SELECT status FROM credits.charges WHERE id = ?", ofUnknownIssuer))
                .isEqualTo("charged");
    }

    @Test
    void doesNotAffectSessionsOfStores() throws Exception {
        UUID id = wallet.created(wallet.person());
        Await.until(TIMEOUT, () -> Rows.value(OF_A_STORE, id), "completed"::equals);
        assertThat(Rows.value("SELECT issuer FROM credits.charges WHERE id = ?", id))
                .isEqualTo("b2b");
        assertThat(Rows.value(STATE, id)).isNull();
    }

    private Owner owner() {
        return new Owner(channels.byName(Kiosks.NAME).orElseThrow(), wallet.storeId());
    }

    private Outcome create(String imageUrl, Optional<Key> key) {
        CreateRequest request = creates.newRequest(
                owner(),
                wallet.identity(),
                "req-kiosk",
                List.of(imageUrl, imageUrl),
                "prompt",
                Optional.empty(),
                Duration.ofMinutes(10),
                Map.of(),
                Optional.empty());
        return creates.create(request, key).await().atMost(TIMEOUT);
    }

    private static UUID created(Outcome outcome, boolean replayed) {
        assertThat(outcome).isInstanceOf(Outcome.Created.class);
        Outcome.Created created = (Outcome.Created) outcome;
        assertThat(created.replayed()).isEqualTo(replayed);
        return created.sessionId();
    }

    private void charge(UUID id, String issuer) {
        assertThat(Rows.value("SELECT credits.charge(?, ?, 1, 'r', NULL, p_issuer => ?)", id, wallet.storeId(), issuer))
                .isEqualTo("charged");
    }

    private void session(UUID id, String status, int attempts, String leaseFromNow) {
        Rows.update("""
                INSERT INTO generation.kiosk_sessions (
                    id, kiosk_id, status, attempts, lease_until, model_image_url, prompt_system, image_urls, image_paths,
                    request_id, error_code, error_message, completed_at)
                SELECT ?, ?, status, ?, now() + ?::interval, 'u', 'prompt', '{u,u}', array_fill(?::text, '{2}'), 'r',
                       CASE status WHEN 'failed' THEN 'INTERNAL' END, CASE status WHEN 'failed' THEN 'm' END,
                       CASE status WHEN 'failed' THEN now() - interval '1 minute' END
                  FROM (VALUES (?)) AS asked (status)
                """, id, wallet.storeId(), attempts, leaseFromNow, person(), status);
    }

    private String person() {
        try {
            return URI.create(wallet.person()).getPath().substring(1);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void awaitState(UUID id, String state) {
        Await.until(TIMEOUT, () -> Rows.value(STATE, id), state::equals);
    }
}
