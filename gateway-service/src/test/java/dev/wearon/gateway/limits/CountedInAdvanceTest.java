package dev.wearon.gateway.limits;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.matchesPattern;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RedisCommands;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The reads of a store of the tier scale have a limit of 2,000, so a gateway counts 25 of them at a time. */
@QuarkusTest
class CountedInAdvanceTest {

    private static final String SESSION = "/api/v1/generation/0190a000-0000-7000-8000-000000000000";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int SLICE = 25;

    private Merchant merchant;

    @BeforeEach
    void onboardALargeStore() {
        merchant = Merchant.with(Map.of("subscription_tier", "scale"));
        FakeServices.generation().answers(200, "{\"status\":\"queued\"}");
    }

    private ValidatableResponse poll() {
        return merchant.calls().get(SESSION).then();
    }

    private String polls() {
        return "wearon:limits:{" + merchant.storeId() + "}:polls";
    }

    private int counted() {
        return RedisCommands.send("HGET", polls(), "total").toInteger();
    }

    @Test
    void areOneCallLessInTheHeadersEachTime() {
        for (int poll = 1; poll <= 2 * SLICE + 1; poll++) {
            poll().statusCode(200)
                    .header("X-RateLimit-Limit", "2000")
                    .header("X-RateLimit-Remaining", Integer.toString(2_000 - poll))
                    .header("RateLimit-Policy", "\"polls\";q=2000;w=60")
                    .header("RateLimit", matchesPattern("\"polls\";r=" + (2_000 - poll) + ";t=[56]\\d"));
        }
        assertThat(counted()).isEqualTo(3 * SLICE);
    }

    @Test
    void arePassedWithoutRedis() {
        poll().statusCode(200);
        RedisCommands.send("SET", polls(), "no hash");
        for (int poll = 2; poll <= SLICE; poll++) {
            poll().statusCode(200).header("X-RateLimit-Remaining", Integer.toString(2_000 - poll));
        }
    }

    @Test
    void endWithTheLimit() {
        RedisCommands.send("EVAL", """
                local bucket = redis.call('TIME')[1]
                redis.call('HSET', KEYS[1], 'total', 1990, 'first', bucket, 'last', bucket, bucket, 1990)
                """, 1, polls());
        for (int left = 9; left >= 0; left--) {
            poll().statusCode(200).header("X-RateLimit-Remaining", Integer.toString(left));
        }
        poll().spec(refusal(429, "RATE_LIMIT_EXCEEDED")).header("X-RateLimit-Remaining", "0");
        assertThat(counted()).isEqualTo(2_000);
    }

    @Test
    void followTheTier() {
        poll().statusCode(200);
        Merchant.operator()
                .body("{\"subscription_tier\":\"starter\"}")
                .patch("/admin/v1/stores/{id}", merchant.storeId())
                .then()
                .statusCode(200);
        Await.until(
                TIMEOUT, () -> Integer.parseInt(poll().extract().header("X-RateLimit-Limit")), limit -> limit == 200);
        assertThat(counted()).isLessThan(100);
    }

    @Test
    void doNotIncludeCallsWithASmallLimit() {
        FakeServices.credits().answers(200, "{\"balance\":3}");
        for (int call = 1; call <= 3; call++) {
            merchant.calls()
                    .get("/api/v1/credits/balance")
                    .then()
                    .statusCode(200)
                    .header("X-RateLimit-Remaining", Integer.toString(100 - call));
        }
        String minute = "wearon:limits:{" + merchant.storeId() + "}:minute";
        assertThat(RedisCommands.send("HGET", minute, "total").toInteger()).isEqualTo(3);
    }
}
