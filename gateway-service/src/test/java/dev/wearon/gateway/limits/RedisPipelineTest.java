package dev.wearon.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.RedisCommands;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uses one connection to a real Redis, through a proxy that can hold back responses. */
@QuarkusTest
class RedisPipelineTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(250);

    /** The command as it is sent. */
    private static final String COMMAND = "evalsha";

    @Inject
    Vertx vertx;

    @ConfigProperty(name = "wearon.redis.url")
    URI url;

    private final Window window = new Window(Window.Kind.HOUR, "wearon:limits:test:" + UUID.randomUUID(), 1_000_000);
    private FaultProxy wire;
    private Context loop;
    private RedisPipeline pipeline;

    /** The outcome of a request, and the context on which it completed. */
    private record Outcome(Verdict verdict, Throwable fault, Context where) {}

    @BeforeEach
    void connect() throws IOException {
        wire = new FaultProxy(url.getHost(), url.getPort());
        loop = vertx.getOrCreateContext();
    }

    @AfterEach
    void disconnect() throws IOException {
        onLoop(() -> pipeline.close());
        wire.close();
    }

    private void pipeline(Duration timeout) {
        var options = new RedisOptions()
                .setConnectionString("redis://127.0.0.1:" + wire.port())
                .setMaxPoolSize(1)
                .setPoolCleanerInterval(-1);
        pipeline = new RedisPipeline(vertx, loop, options, timeout);
    }

    private void open() {
        CompletableFuture<Verdict> opened = new CompletableFuture<>();
        onLoop(() -> pipeline.open().subscribe().with(opened::complete, opened::completeExceptionally));
        opened.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void onLoop(Runnable step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.runOnContext(onIt -> {
            step.run();
            done.complete(null);
        });
        done.join();
    }

    /** Takes on a separate context, as each request to the gateway does. */
    private CompletableFuture<Outcome> take() {
        return take(VertxContext.createNewDuplicatedContext(loop));
    }

    private CompletableFuture<Outcome> take(Context request) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        request.runOnContext(onIt -> pipeline.take(List.of(window), 1)
                .subscribe()
                .with(
                        verdict -> outcome.complete(new Outcome(verdict, null, Vertx.currentContext())),
                        fault -> outcome.complete(new Outcome(null, fault, Vertx.currentContext()))));
        return outcome;
    }

    private int taken() {
        Response total = RedisCommands.send("HGET", window.key(), "total");
        return total == null ? 0 : total.toInteger();
    }

    @Test
    void pipelinesRequests() {
        pipeline(LONG);
        open();
        List<CompletableFuture<Outcome>> all = new ArrayList<>();
        try (FaultProxy.Fault held = wire.on(COMMAND).holdReply()) {
            for (int request = 1; request <= 5; request++) {
                all.add(take());
                // Each request arrives before the next one is sent, and none is answered.
                Await.until(TIMEOUT, this::taken, count -> count == all.size());
            }
            assertThat(all).noneMatch(CompletableFuture::isDone);
        }
        assertThat(all.stream().map(CompletableFuture::join))
                .extracting(outcome -> outcome.verdict().tightest().left())
                .containsExactly(999_999, 999_998, 999_997, 999_996, 999_995);
    }

    @Test
    void completesOnTheContextOfTheRequest() {
        pipeline(LONG);
        for (String connection : List.of("to be opened", "open")) {
            Context request = VertxContext.createNewDuplicatedContext(loop);
            Outcome outcome = take(request).join();
            assertThat(outcome.fault()).isNull();
            assertThat(outcome.where()).as(connection).isSameAs(request);
        }
    }

    @Test
    void timesOutOnTheContextOfTheRequest() {
        pipeline(SHORT);
        Context request = VertxContext.createNewDuplicatedContext(loop);
        try (FaultProxy.Fault held = wire.on("hello").hold()) {
            assertLate(take(request).join(), request);
        }
        Await.until(TIMEOUT, () -> take().join().fault() == null, passes -> passes);
        try (FaultProxy.Fault held = wire.on(COMMAND).holdReply()) {
            assertLate(take(request).join(), request);
        }
    }

    private static void assertLate(Outcome outcome, Context request) {
        assertThat(outcome.fault()).isInstanceOf(TimeoutException.class);
        assertThat(outcome.where()).isSameAs(request);
    }

    @Test
    void replacesASilentConnection() {
        pipeline(SHORT);
        Await.until(TIMEOUT, () -> take().join().fault() == null, passes -> passes);
        try (FaultProxy.Fault silent = wire.on(COMMAND).once().holdReply()) {
            assertThat(take().join().fault()).isInstanceOf(TimeoutException.class);
            // The first connection is still silent.
            Await.until(TIMEOUT, () -> take().join().fault() == null, passes -> passes);
            assertThat(silent.matched()).isEqualTo(1);
        }
    }

    @Test
    void reopensALostConnection() {
        pipeline(LONG);
        open();
        wire.cut();
        Await.until(TIMEOUT, () -> take().join().fault() == null, passes -> passes);
    }

    @Test
    void limitsTheRequestsInFlight() {
        pipeline(LONG);
        open();
        List<CompletableFuture<Outcome>> waiting = new ArrayList<>();
        try (FaultProxy.Fault held = wire.on(COMMAND).holdReply()) {
            for (int request = 0; request < 1_000; request++) {
                waiting.add(take());
            }
            assertThat(take().join().fault()).hasMessage("1000 requests wait for Redis");
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
        }
        assertThat(waiting.stream().map(CompletableFuture::join).map(Outcome::fault))
                .containsOnlyNulls();
        assertThat(take().join().fault()).isNull();
        assertThat(taken()).isEqualTo(1_001);
    }

    @Test
    void sendsTheScriptAgainIfRedisHasNotCachedIt() {
        pipeline(LONG);
        open();
        RedisCommands.send("SCRIPT", "FLUSH");
        assertThat(take().join().verdict().passes()).isTrue();
    }

    @Test
    void keepsTheConnectionAfterAnErrorOfRedis() {
        pipeline(LONG);
        try (FaultProxy.Fault connections = wire.on("hello").count()) {
            open();
            RedisCommands.send("SET", window.key(), "no hash");
            assertThat(take().join().fault()).hasMessageContaining("WRONGTYPE");
            assertThat(take().join().fault()).hasMessageContaining("WRONGTYPE");
            assertThat(connections.matched()).isEqualTo(1);
        }
    }
}
