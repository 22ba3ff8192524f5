package dev.wearon.gateway.keys;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.sql.Statements;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a key was last used, known without a write per request. */
@QuarkusTest
class KeyUsesTest {

    private static final String BALANCE = "/api/v1/credits/balance";

    private Merchant merchant;

    @Inject
    KeyUses uses;

    @Inject
    Statements statements;

    @Inject
    KeysConfig config;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        FakeServices.credits().answers(200, "{\"balance\":3}");
        write(uses);
    }

    private static int write(KeyUses uses) {
        return uses.runOnce().await().atMost(Duration.ofSeconds(20));
    }

    private KeyUses ofAnotherGateway() {
        return new KeyUses(statements, config, Duration.ofSeconds(10));
    }

    private String listed() {
        return operator()
                .get("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                .then()
                .spec(success(200))
                .extract()
                .path("data.keys[0].last_used_at");
    }

    private void setLastUse(String time) {
        sql(
                "UPDATE gateway.api_key_uses SET last_used_at = " + time + " WHERE key_id = ?::uuid",
                merchant.keyId().toString());
    }

    /** The job of the gateway also writes every 30 s, so these tests do not rely on a use that is not written yet. */
    @Test
    void isShownForEachKey() {
        assertThat(listed()).isNull();
        Instant before = Instant.now();
        merchant.calls().get(BALANCE).then().statusCode(200);
        Instant after = Instant.now();
        write(uses);
        // The age of a use is subtracted from the time at which the statement begins, which is a little later.
        assertThat(Instant.parse(listed())).isBetween(before, after.plusSeconds(20));
    }

    @Test
    void includesCallsThatTheKeyMayNotMake() {
        merchant.calls()
                .header("Origin", "https://stranger.example")
                .get(BALANCE)
                .then()
                .spec(refusal(403, "DOMAIN_MISMATCH"));
        write(uses);
        assertThat(listed()).isNotNull();
    }

    @Test
    void includesCallsOfShopperTokens() {
        String token = merchant.shopperToken(Map.of("shopper_email", "ann@example.com"));
        write(uses);
        setLastUse("now() - INTERVAL '1 day'");
        merchant.shops(token).get("/api/v1/credits/shopper").then().statusCode(200);
        write(uses);
        assertThat(Instant.parse(listed())).isCloseTo(Instant.now(), within(10, ChronoUnit.SECONDS));
    }

    @Test
    void isNotOfUnknownKeys() {
        given().header("Authorization", "Bearer wk_" + "0".repeat(32))
                .get(BALANCE)
                .then()
                .statusCode(401);
        assertThat(write(uses)).isZero();
    }

    @Test
    void manyUsesAreOneWriteAndNoChangeOfTheKey() {
        String changed = ask(
                "SELECT changed_at FROM gateway.store_api_keys WHERE id = ?::uuid",
                merchant.keyId().toString());
        KeyUses gateway = ofAnotherGateway();
        for (int use = 0; use < 5; use++) {
            gateway.note(merchant.keyId());
        }
        assertThat(write(gateway)).isEqualTo(1);
        assertThat(write(gateway)).as("without a use").isZero();
        assertThat(ask(
                        "SELECT changed_at FROM gateway.store_api_keys WHERE id = ?::uuid",
                        merchant.keyId().toString()))
                .isEqualTo(changed);
    }

    @Test
    void isTheLatestOfSeveralGateways() {
        KeyUses gateway = ofAnotherGateway();
        gateway.note(merchant.keyId());
        write(gateway);
        setLastUse("now() + INTERVAL '1 minute'");
        String latest = listed();
        gateway.note(merchant.keyId());
        assertThat(write(gateway)).isZero();
        assertThat(listed()).as("the later use at another gateway").isEqualTo(latest);
        setLastUse("now() - INTERVAL '1 day'");
        gateway.note(merchant.keyId());
        assertThat(write(gateway)).isEqualTo(1);
        assertThat(Instant.parse(listed())).isCloseTo(Instant.now(), within(10, ChronoUnit.SECONDS));
    }

    @Test
    void isWrittenLaterWhileTheDatabaseIsUnreachable() {
        KeyUses gateway = ofAnotherGateway();
        gateway.note(merchant.keyId());
        sql("ALTER ROLE wearon_gateway NOLOGIN");
        try {
            sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'wearon_gateway'");
            assertThatThrownBy(() -> write(gateway)).isNotNull();
        } finally {
            sql("ALTER ROLE wearon_gateway LOGIN");
        }
        Await.until(Duration.ofSeconds(20), () -> write(gateway), written -> written == 1);
        assertThat(listed()).isNotNull();
    }

    @Test
    void ofADeletedKeyIsDropped() {
        KeyUses gateway = ofAnotherGateway();
        gateway.note(merchant.keyId());
        gateway.note(UUID.randomUUID());
        assertThat(write(gateway)).isEqualTo(1);
        assertThat(write(gateway)).isZero();
        sql(
                "DELETE FROM gateway.store_api_keys WHERE id = ?::uuid",
                merchant.keyId().toString());
        assertThat(ask(
                        "SELECT count(*) FROM gateway.api_key_uses WHERE key_id = ?::uuid",
                        merchant.keyId().toString()))
                .isEqualTo("0");
    }

    /** Gateways that write the same keys at the same time do not wait for each other. */
    @Test
    void isWrittenByManyGatewaysAtOnce() {
        UUID[] keys = IntStream.range(0, 10)
                .mapToObj(i -> Merchant.inAbsorbMode().keyId())
                .toArray(UUID[]::new);
        for (int round = 0; round < 5; round++) {
            var writes = IntStream.range(0, 8)
                    .mapToObj(i -> {
                        KeyUses gateway = ofAnotherGateway();
                        for (int k = 0; k < keys.length; k++) {
                            gateway.note(keys[(k + i) % keys.length]);
                        }
                        return gateway.runOnce().subscribeAsCompletionStage();
                    })
                    .toList();
            assertThat(writes).allSatisfy(write -> assertThat(write.join()).isNotNegative());
        }
        assertThat(ask("SELECT count(*) FROM gateway.api_key_uses WHERE last_used_at > now() - INTERVAL '1 minute'"))
                .satisfies(count -> assertThat(Integer.parseInt(count)).isGreaterThanOrEqualTo(keys.length));
    }

    @Test
    void isBounded() {
        int limit = config.cacheSize();
        KeyUses gateway = ofAnotherGateway();
        gateway.note(merchant.keyId());
        IntStream.range(0, limit + 10).forEach(i -> gateway.note(new UUID(0, i)));
        assertThat(gateway.waiting()).isEqualTo(limit);
        gateway.note(merchant.keyId());
        assertThat(write(gateway)).isEqualTo(1);
        assertThat(gateway.waiting()).isZero();
    }
}
