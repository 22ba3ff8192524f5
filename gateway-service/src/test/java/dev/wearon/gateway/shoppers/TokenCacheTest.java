package dev.wearon.gateway.shoppers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.keys.KeyCache;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TokenCacheTest {

    private static final int UNKNOWN_PER_SECOND = 500;

    @Inject
    TokenCache cache;

    @Inject
    KeyCache keys;

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
    }

    private static List<String> unknown(String prefix) {
        return List.of("Bearer " + prefix + UUID.randomUUID().toString().replace("-", ""));
    }

    private TokenCheck check(String token) {
        return cache.check(List.of("Bearer " + token)).await().indefinitely();
    }

    /** More unknown tokens than may be looked up in a second. None of them is awaited before all are sent. */
    private List<TokenCheck> flood() {
        List<Uni<TokenCheck>> checks = new ArrayList<>();
        for (int token = 0; token < 2 * UNKNOWN_PER_SECOND; token++) {
            Uni<TokenCheck> check = cache.check(unknown("wst_")).memoize().indefinitely();
            check.subscribe().with(answered -> {}, failed -> {});
            checks.add(check);
        }
        return checks.stream()
                .map(check -> check.onFailure()
                        .recoverWithItem(new TokenCheck.Refused())
                        .await()
                        .indefinitely())
                .toList();
    }

    /** The other tests need look-ups. */
    @AfterEach
    void waitUntilTheFloodIsOver() {
        Await.until(
                Duration.ofSeconds(10),
                () -> Stream.generate(() -> cache.check(unknown("wst_")).await().indefinitely())
                        .limit(20)
                        .toList(),
                checks -> checks.stream().allMatch(TokenCheck.Refused.class::isInstance));
    }

    private IssuedToken issued(Duration lifetime) {
        var request = new ShopperTokens.Request(Optional.of("ref:4711"), merchant.page(), 3, lifetime);
        return cache.issue(merchant.storeId(), merchant.keyId(), request)
                .await()
                .indefinitely();
    }

    @Test
    void knowsTheTokensThatItIssued() {
        String token = issued(Duration.ofMinutes(1)).token();
        Merchant.sql(
                "DELETE FROM gateway.shopper_tokens WHERE store_id = ?::uuid",
                merchant.storeId().toString());
        assertThat(check(token)).isInstanceOfSatisfying(TokenCheck.Valid.class, valid -> {
            assertThat(valid.token().storeId()).isEqualTo(merchant.storeId());
            assertThat(valid.token().shopper()).hasValue("ref:4711");
            assertThat(valid.token().origin()).isEqualTo(merchant.page());
            assertThat(valid.key().keyId()).isEqualTo(merchant.keyId());
        });
    }

    @Test
    void forgetsThemAtTheirEnd() {
        String token = issued(Duration.ofMillis(1)).token();
        assertThat(check(token)).isInstanceOf(TokenCheck.Refused.class);
    }

    @Test
    void unknownTokensTakeNoLookupFromApiKeys() {
        assertThat(flood()).hasAtLeastOneElementOfType(TokenCheck.TooMany.class);
        assertThat(keys.check(unknown("wk_")).await().indefinitely()).isEqualTo(new KeyCheck.Refused());
    }
}
