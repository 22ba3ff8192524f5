package dev.wearon.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.testkit.Await;
import io.netty.channel.EventLoopGroup;
import io.quarkus.netty.MainEventLoopGroup;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.mutiny.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks which event loops have a connection to Redis. */
@QuarkusTest
class SharedLimiterTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Inject
    Vertx vertx;

    @Inject
    @MainEventLoopGroup
    EventLoopGroup loops;

    @ConfigProperty(name = "wearon.redis.url")
    String url;

    @Inject
    LimitsConfig config;

    private final List<Window> windows =
            List.of(new Window(Window.Kind.HOUR, "wearon:limits:test:" + UUID.randomUUID(), 10));
    private SharedLimiter limiter;

    @BeforeEach
    void create() {
        limiter = new SharedLimiter(vertx, loops, new RedisServers(url), config);
    }

    @AfterEach
    void close() {
        limiter.close();
    }

    @Test
    void connectsOnEachEventLoopAtTheStart() {
        limiter.open(null);
        assertThat(limiter.pipelines())
                .isEqualTo(StreamSupport.stream(loops.spliterator(), false).count());
    }

    @Test
    void connectsWithTheFirstRequestWithoutAStart() {
        // On a slow machine the first request may be late, but not all of them.
        Await.until(
                TIMEOUT,
                () -> onARequest().exceptionally(late -> null).join(),
                verdict -> verdict != null && verdict.passes());
        assertThat(limiter.pipelines()).isEqualTo(1);
    }

    @Test
    void refusesThreadsThatAreNotEventLoops() {
        assertThatThrownBy(() -> limiter.take(windows, 1).await().atMost(TIMEOUT))
                .hasMessage("Limits must be checked on an event loop");
        assertThat(limiter.pipelines()).isZero();
    }

    private CompletableFuture<Verdict> onARequest() {
        CompletableFuture<Verdict> decided = new CompletableFuture<>();
        VertxContext.createNewDuplicatedContext(vertx.getDelegate().getOrCreateContext())
                .runOnContext(onIt ->
                        limiter.take(windows, 1).subscribe().with(decided::complete, decided::completeExceptionally));
        return decided;
    }
}
