package dev.wearon.generation.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Refunds of charges without a session, with the real ledger. */
@QuarkusTest
@WithNeighbours
class ReconcilerTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String SESSION =
            "SELECT concat_ws(' ', status, error_code) FROM generation.store_generation_sessions WHERE id = ?";

    @Inject
    Reconciler reconciler;

    @Test
    void refundsAChargeWhoseCreateDiedBeforeItsRow() {
        Shop shop = Shop.with(1);
        UUID id = UuidCreator.getTimeOrderedEpoch();
        shop.charge(id);
        assertThat(shop.balance()).isZero();
        shop.ageCharges();

        run();
        assertThat(Rows.value(SESSION, id)).isEqualTo("failed ABANDONED");
        Await.until(TIMEOUT, shop::balance, balance -> balance == 1);
        run();
        assertThat(shop.balance()).isEqualTo(1);
    }

    /** An operator's correction has no session, and another channel has its own window. */
    @Test
    void skipsChargesOfOtherIssuers() {
        Shop shop = Shop.with(10);
        Rows.value("SELECT credits.deduct_store_credits(?, 5, 'manual-1', 'correction')", shop.storeId());
        Rows.value(
                "SELECT credits.charge(?, ?, 1, 'r', NULL, p_issuer => 'b2c')",
                UuidCreator.getTimeOrderedEpoch(),
                shop.storeId());
        UUID orphan = UuidCreator.getTimeOrderedEpoch();
        shop.charge(orphan);
        assertThat(shop.balance()).isEqualTo(3);
        shop.ageCharges();

        run();
        Await.until(TIMEOUT, shop::balance, balance -> balance == 4);
        assertThat(Rows.values(
                        "SELECT id FROM generation.store_generation_sessions WHERE store_id = ?", shop.storeId()))
                .containsExactly(orphan.toString());
    }

    @Test
    void skipsAChargeThatMayStillGetItsSession() {
        Shop shop = Shop.with(1);
        UUID id = UuidCreator.getTimeOrderedEpoch();
        shop.charge(id);
        run();
        assertThat(Rows.value(SESSION, id)).isNull();
        assertThat(shop.balance()).isZero();
    }

    @Test
    void skipsTheChargeOfACompletedSession() throws Exception {
        Shop shop = Shop.with(1);
        UUID id = shop.created(shop.person());
        Await.until(TIMEOUT, () -> Rows.value(SESSION, id), "completed"::equals);
        shop.ageCharges();
        run();
        assertThat(Rows.value(SESSION, id)).isEqualTo("completed");
        assertThat(shop.balance()).isZero();
    }

    /** After the charge the table accepts no row: neither the session nor its failed row. */
    @Test
    void refundsAChargeWhoseRowCouldNotBeWritten() throws Exception {
        Shop shop = Shop.with(1);
        String person = shop.person();
        Rows.update("ALTER TABLE generation.store_generation_sessions ADD CONSTRAINT full_up CHECK (false) NOT VALID");
        try {
            shop.create(person).then().statusCode(503).body("code", equalTo("SERVICE_UNAVAILABLE"));
        } finally {
            Rows.update("ALTER TABLE generation.store_generation_sessions DROP CONSTRAINT full_up");
        }
        assertThat(shop.balance()).as("charged without a row").isZero();
        shop.ageCharges();
        run();
        Await.until(TIMEOUT, shop::balance, balance -> balance == 1);
    }

    private void run() {
        reconciler.runOnce().await().atMost(Duration.ofSeconds(10));
    }
}
