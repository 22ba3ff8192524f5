package dev.wearon.gateway.shoppers;

import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ExpiredTokensTest {

    private static final int BATCH = 2;

    @Inject
    ShopperTokens tokens;

    @Inject
    TokenCreates creates;

    private Merchant merchant;
    private ExpiredTokens job;

    private record Config() implements ShopperTokensConfig {

        @Override
        public int cacheSize() {
            return 1;
        }

        @Override
        public int unknownPerSecond() {
            return 1;
        }

        @Override
        public Optional<Duration> removalEvery() {
            return Optional.empty();
        }

        @Override
        public Duration keptExpired() {
            return Duration.ofHours(1);
        }

        @Override
        public int removalBatch() {
            return BATCH;
        }
    }

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        job = new ExpiredTokens(tokens, creates, new Config());
        run();
    }

    private int run() {
        return job.runOnce().await().indefinitely();
    }

    private void expired(int count, String ago) {
        for (int token = 0; token < count; token++) {
            merchant.shopperToken(Map.of("shopper_ref", ago.replace(' ', '-')));
        }
        sql(
                "UPDATE gateway.shopper_tokens SET expires_at = now() - ?::interval WHERE store_id = ?::uuid AND shopper = ?",
                ago,
                merchant.storeId().toString(),
                "ref:" + ago.replace(' ', '-'));
        sql(
                "INSERT INTO gateway.shopper_creates (token_id, store_id, idempotency_key)"
                        + " SELECT id, store_id, 'k' FROM gateway.shopper_tokens WHERE store_id = ?::uuid"
                        + " ON CONFLICT DO NOTHING",
                merchant.storeId().toString());
    }

    private String left(String table) {
        return ask(
                "SELECT count(*)::text FROM gateway." + table + " WHERE store_id = ?::uuid",
                merchant.storeId().toString());
    }

    @Test
    void areDeletedWithTheirSlotsSomeTimeAfterTheirEnd() {
        expired(5, "61 minutes");
        expired(1, "59 minutes");
        merchant.shopperToken(Map.of());
        assertThat(run()).isEqualTo(5);
        assertThat(left("shopper_tokens")).isEqualTo("2");
        assertThat(left("shopper_creates")).isEqualTo("1");
        assertThat(run()).isZero();
    }

    /** As if a round had died after its first batch, while another instance has locked a row. */
    @Test
    void areDeletedAlsoIfARoundWasCutShort() throws SQLException {
        expired(4, "2 hours");
        assertThat(tokens.removeExpired(Duration.ofHours(1), 1).await().indefinitely())
                .isEqualTo(1);
        try (Connection other = Merchant.connection()) {
            other.setAutoCommit(false);
            try (var locking = other.createStatement()) {
                locking.execute("SELECT FROM gateway.shopper_tokens WHERE store_id = '" + merchant.storeId()
                        + "' ORDER BY expires_at LIMIT 1 FOR UPDATE");
            }
            assertThat(run()).isEqualTo(2);
            other.rollback();
        }
        assertThat(run()).isEqualTo(1);
        assertThat(left("shopper_tokens")).isEqualTo("0");
    }

    @Test
    void theCountOfADayIsDeletedTwoDaysLater() {
        for (int ago = 0; ago < 4; ago++) {
            sql(
                    "INSERT INTO gateway.anonymous_creates (store_id, day, creates)"
                            + " VALUES (?::uuid, (now() AT TIME ZONE 'UTC')::date - " + ago + ", 1)",
                    merchant.storeId().toString());
        }
        run();
        assertThat(left("anonymous_creates")).isEqualTo("2");
    }
}
