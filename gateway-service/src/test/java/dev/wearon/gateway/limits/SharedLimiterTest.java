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

/** Which event loops have a line to Redis. */
@QuarkusTest
class SharedLimiterTest {

    private static final Duration SOON = Duration.ofSeconds(10);

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
    void make() {
        limiter = new SharedLimiter(vertx, loops, url, config);
    }

    @AfterEach
    void close() {
        limiter.close();
    }

    @Test
    void eachEventLoopHasItsOwnFromTheStart() {
        limiter.open(null);
        assertThat(limiter.lines())
                .isEqualTo(StreamSupport.stream(loops.spliterator(), false).count());
    }

    @Test
    void anEventLoopThatGotNoneOpensOneForItsFirstRequest() {
        // A slow machine may be late with the first one, and not with all.
        Await.until(
                SOON,
                () -> onARequest().exceptionally(late -> null).join(),
                verdict -> verdict != null && verdict.passes());
        assertThat(limiter.lines()).isEqualTo(1);
    }

    @Test
    void aThreadThatIsNoEventLoopIsRefused() {
        assertThatThrownBy(() -> limiter.take(windows).await().atMost(SOON)).hasMessage("This is no event loop");
        assertThat(limiter.lines()).isZero();
    }

    private CompletableFuture<Verdict> onARequest() {
        CompletableFuture<Verdict> decided = new CompletableFuture<>();
        VertxContext.createNewDuplicatedContext(vertx.getDelegate().getOrCreateContext())
                .runOnContext(onIt ->
                        limiter.take(windows).subscribe().with(decided::complete, decided::completeExceptionally));
        return decided;
    }
}
