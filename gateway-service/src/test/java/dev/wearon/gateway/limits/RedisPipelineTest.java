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

/** One connection to a real Redis, over a wire on which replies can be held. */
@QuarkusTest
class RedisLineTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(250);

    /** As Redis is told it. */
    private static final String ASKED = "evalsha";

    @Inject
    Vertx vertx;

    @ConfigProperty(name = "wearon.redis.url")
    URI url;

    private final Window window = new Window(Window.Kind.HOUR, "wearon:limits:test:" + UUID.randomUUID(), 1_000_000);
    private FaultProxy wire;
    private Context loop;
    private RedisLine line;

    /** What became of a request, and where that was told. */
    private record Told(Verdict verdict, Throwable fault, Context where) {}

    @BeforeEach
    void lay() throws IOException {
        wire = new FaultProxy(url.getHost(), url.getPort());
        loop = vertx.getOrCreateContext();
    }

    @AfterEach
    void remove() throws IOException {
        onLoop(() -> line.close());
        wire.close();
    }

    private void line(Duration patience) {
        var options = new RedisOptions()
                .setConnectionString("redis://127.0.0.1:" + wire.port())
                .setMaxPoolSize(1)
                .setPoolCleanerInterval(-1);
        line = new RedisLine(vertx, loop, options, patience);
    }

    private void open() {
        CompletableFuture<Verdict> opened = new CompletableFuture<>();
        onLoop(() -> line.open().subscribe().with(opened::complete, opened::completeExceptionally));
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

    /** On a context of its own, as each request to the gateway has one. */
    private CompletableFuture<Told> take() {
        return take(VertxContext.createNewDuplicatedContext(loop));
    }

    private CompletableFuture<Told> take(Context request) {
        CompletableFuture<Told> told = new CompletableFuture<>();
        request.runOnContext(onIt -> line.take(List.of(window))
                .subscribe()
                .with(
                        verdict -> told.complete(new Told(verdict, null, Vertx.currentContext())),
                        fault -> told.complete(new Told(null, fault, Vertx.currentContext()))));
        return told;
    }

    private int taken() {
        Response total = RedisCommands.send("HGET", window.key(), "total");
        return total == null ? 0 : total.toInteger();
    }

    @Test
    void requestsDoNotWaitForTheAnswersOfOthers() {
        line(LONG);
        open();
        List<CompletableFuture<Told>> all = new ArrayList<>();
        try (FaultProxy.Fault held = wire.on(ASKED).holdReply()) {
            for (int request = 1; request <= 5; request++) {
                all.add(take());
                // Each has arrived before the next one sets out, and none is answered.
                Await.until(SOON, this::taken, count -> count == all.size());
            }
            assertThat(all).noneMatch(CompletableFuture::isDone);
        }
        assertThat(all.stream().map(CompletableFuture::join))
                .extracting(told -> told.verdict().tightest().left())
                .containsExactly(999_999, 999_998, 999_997, 999_996, 999_995);
    }

    @Test
    void answersAreToldOnTheContextOfTheRequest() {
        line(LONG);
        for (String connection : List.of("to be opened", "open")) {
            Context request = VertxContext.createNewDuplicatedContext(loop);
            Told told = take(request).join();
            assertThat(told.fault()).isNull();
            assertThat(told.where()).as(connection).isSameAs(request);
        }
    }

    @Test
    void beingLateIsToldOnTheContextOfTheRequest() {
        line(SHORT);
        Context request = VertxContext.createNewDuplicatedContext(loop);
        try (FaultProxy.Fault held = wire.on("hello").hold()) {
            assertLate(take(request).join(), request);
        }
        Await.until(SOON, () -> take().join().fault() == null, passes -> passes);
        try (FaultProxy.Fault held = wire.on(ASKED).holdReply()) {
            assertLate(take(request).join(), request);
        }
    }

    private static void assertLate(Told told, Context request) {
        assertThat(told.fault()).isInstanceOf(TimeoutException.class);
        assertThat(told.where()).isSameAs(request);
    }

    @Test
    void aSilentConnectionIsReplaced() {
        line(SHORT);
        open();
        try (FaultProxy.Fault silent = wire.on(ASKED).once().holdReply()) {
            assertThat(take().join().fault()).isInstanceOf(TimeoutException.class);
            // On the wire the first connection still says nothing.
            Await.until(SOON, () -> take().join().fault() == null, passes -> passes);
            assertThat(silent.met()).isEqualTo(1);
        }
    }

    @Test
    void aLostConnectionIsOpenedAgain() {
        line(LONG);
        open();
        wire.cut();
        Await.until(SOON, () -> take().join().fault() == null, passes -> passes);
    }

    @Test
    void noMoreThanAThousandWaitForRedis() {
        line(LONG);
        open();
        List<CompletableFuture<Told>> waiting = new ArrayList<>();
        try (FaultProxy.Fault held = wire.on(ASKED).holdReply()) {
            for (int request = 0; request < 1_000; request++) {
                waiting.add(take());
            }
            assertThat(take().join().fault()).hasMessage("Redis owes 1000 answers");
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
        }
        assertThat(waiting.stream().map(CompletableFuture::join).map(Told::fault))
                .containsOnlyNulls();
        assertThat(take().join().fault()).isNull();
        assertThat(taken()).isEqualTo(1_001);
    }

    @Test
    void aScriptThatRedisHasForgottenIsSentAgain() {
        line(LONG);
        open();
        RedisCommands.send("SCRIPT", "FLUSH");
        assertThat(take().join().verdict().passes()).isTrue();
    }

    @Test
    void anErrorOfRedisIsNoSilence() {
        line(LONG);
        try (FaultProxy.Fault connections = wire.on("hello").count()) {
            open();
            RedisCommands.send("SET", window.key(), "no hash");
            assertThat(take().join().fault()).hasMessageContaining("WRONGTYPE");
            assertThat(take().join().fault()).hasMessageContaining("WRONGTYPE");
            assertThat(connections.met()).isEqualTo(1);
        }
    }
}
