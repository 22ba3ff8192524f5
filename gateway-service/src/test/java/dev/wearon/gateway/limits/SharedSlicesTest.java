package dev.wearon.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.keys.Scope;
import dev.wearon.gateway.testing.RedisCommands;
import dev.wearon.identity.Principal;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.quarkus.netty.MainEventLoopGroup;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Context;
import io.vertx.mutiny.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two gateways count in advance in the same Redis, for the reads of a store of the tier scale. */
@QuarkusTest
class SharedSlicesTest {

    private static final int LIMIT = 2_000;
    private static final int TOLERANCE = LIMIT / 20;
    private static final int SLICE = TOLERANCE / 4;

    @Inject
    Vertx vertx;

    @Inject
    @MainEventLoopGroup
    EventLoopGroup loops;

    @Inject
    BudgetWindows windows;

    @Inject
    LimitsConfig config;

    @ConfigProperty(name = "wearon.redis.url")
    URI url;

    private final KeyCheck.Valid store = new KeyCheck.Valid(
            UUID.randomUUID(),
            UUID.randomUUID(),
            "wk_0123456789abc",
            Scope.DEFAULT,
            Set.of(),
            new Principal.Terms(
                    Principal.BillingMode.ABSORB_MODE,
                    Optional.of("scale"),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    Optional.empty()),
            OptionalInt.empty(),
            200);
    private final String key = "wearon:limits:{" + store.storeId() + "}:polls";
    private final List<SharedLimiter> limiters = new ArrayList<>();
    private FaultProxy wire;
    private Gateway first;
    private Gateway second;

    /** The limits of a gateway with its own connection and its own slices. */
    private record Gateway(Limits limits, MeterRegistry metrics, Context loop) {

        Verdict take(KeyCheck.Valid store) {
            var caller =
                    new Principal.Store(store.storeId(), Optional.of(store.keyId()), Optional.empty(), store.terms());
            CompletableFuture<Verdict> decided = new CompletableFuture<>();
            loop.runOnContext(onIt -> limits.take(Budget.POLLS, store, caller, Optional.empty())
                    .subscribe()
                    .with(decided::complete, decided::completeExceptionally));
            return decided.orTimeout(10, TimeUnit.SECONDS).join();
        }

        double decidedLocally() {
            return metrics.counter("wearon.limits.decided.locally").count();
        }
    }

    @BeforeEach
    void start() throws IOException {
        wire = new FaultProxy(url.getHost(), url.getPort());
        first = gateway();
        second = gateway();
    }

    private Gateway gateway() {
        SharedLimiter shared =
                new SharedLimiter(vertx, loops, new RedisServers("redis://127.0.0.1:" + wire.port()), config);
        limiters.add(shared);
        MeterRegistry metrics = new SimpleMeterRegistry();
        return new Gateway(
                new Limits(windows, shared, config, metrics),
                metrics,
                vertx.getDelegate().getOrCreateContext());
    }

    @AfterEach
    void stop() throws IOException {
        limiters.forEach(SharedLimiter::close);
        wire.close();
    }

    /** How many calls pass until the gateway refuses. */
    private int passing(Gateway gateway) {
        int passed = 0;
        int left = Integer.MAX_VALUE;
        for (Verdict verdict = gateway.take(store); verdict.passes(); verdict = gateway.take(store)) {
            passed++;
            int now = verdict.tightest().left();
            assertThat(now).isNotNegative().isLessThan(left);
            left = now;
        }
        return passed;
    }

    /** As if so many seconds had passed in Redis. */
    private void age(int buckets) {
        RedisCommands.send("EVAL", """
                local kept = redis.call('HGETALL', KEYS[1])
                redis.call('DEL', KEYS[1])
                for i = 1, #kept, 2 do
                  if tonumber(kept[i]) then
                    redis.call('HSET', KEYS[1], kept[i] - ARGV[1], kept[i + 1])
                  else
                    redis.call('HSET', KEYS[1], kept[i], kept[i + 1] - (kept[i] == 'total' and 0 or ARGV[1]))
                  end
                end
                return 1
                """, 1, key, buckets);
    }

    @Test
    void passExactlyTheLimitTogether() {
        int passed = 0;
        for (int call = 0; call < LIMIT / 4; call++) {
            assertThat(first.take(store).passes()).isTrue();
            assertThat(second.take(store).passes()).isTrue();
            passed += 2;
        }
        passed += passing(first);
        passed += passing(second);
        assertThat(passed).isEqualTo(LIMIT);
        assertThat(first.decidedLocally() + second.decidedLocally()).isZero();
    }

    /** Redis counts the slice of a dead gateway until the window has passed. */
    @Test
    void loseAtMostASliceIfAGatewayDies() {
        assertThat(first.take(store).passes()).isTrue();
        assertThat(passing(second)).isEqualTo(LIMIT - SLICE).isGreaterThan(LIMIT - TOLERANCE);
        age(Window.BUCKETS + 1);
        assertThat(passing(second)).isEqualTo(LIMIT);
    }

    /** The worst case: a slice is used when Redis does not count it any more. */
    @Test
    void exceedTheLimitByAtMostTheirSlices() {
        assertThat(first.take(store).passes()).isTrue();
        age(Window.BUCKETS + 1);
        int passed = passing(second);
        while (first.take(store).passes()) {
            passed++;
        }
        assertThat(passed).isEqualTo(LIMIT + SLICE - 1).isLessThanOrEqualTo(LIMIT + TOLERANCE);
    }

    @Test
    void areUsedUpBeforeAGatewayDecidesWithoutRedis() throws IOException {
        assertThat(first.take(store).passes()).isTrue();
        try (FaultProxy.Fault gone = wire.refuse()) {
            wire.cut();
            for (int call = 1; call < SLICE; call++) {
                assertThat(first.take(store).tightest().left()).isEqualTo(LIMIT - 1 - call);
            }
            assertThat(first.decidedLocally()).isZero();
            assertThat(first.take(store).passes()).isTrue();
            assertThat(first.decidedLocally()).isEqualTo(1);
        }
    }

    /** A trial whose answer is late may have counted, so it is one call and not a slice. */
    @Test
    void areNotAskedForWhileRedisDoesNotAnswer() {
        try (FaultProxy.Fault silent = wire.on("evalsha").holdReply()) {
            assertThat(first.take(store).passes()).isTrue();
            assertThat(first.decidedLocally()).isEqualTo(1);
        }
        Await.until(
                Duration.ofSeconds(10),
                () -> {
                    double before = first.decidedLocally();
                    first.take(store);
                    return first.decidedLocally() - before;
                },
                more -> more == 0);
        int counted = RedisCommands.send("HGET", key, "total").toInteger();
        assertThat(counted).isEqualTo(SLICE + 1);
    }
}
