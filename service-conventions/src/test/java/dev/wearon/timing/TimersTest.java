package dev.wearon.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TimersTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(1);

    @AfterAll
    static void stop() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void failsAfterTheLimitAndCancelsTheSource() {
        CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        Uni<String> source = Uni.createFrom().<String>nothing().onCancellation().invoke(() -> cancelled.complete(true));
        assertThatThrownBy(() -> Timers.within(SHORT, source).await().atMost(Duration.ofSeconds(10)))
                .isInstanceOf(TimeoutException.class);
        assertThat(cancelled).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void continuesOnTheContextOfTheCallerAfterTheLimit() {
        Context context = VERTX.getOrCreateContext();
        CompletableFuture<Context> failedOn = new CompletableFuture<>();
        context.runOnContext(tick -> Timers.within(SHORT, Uni.createFrom().nothing())
                .subscribe()
                .with(item -> {}, failure -> failedOn.complete(Vertx.currentContext())));
        assertThat(failedOn).succeedsWithin(Duration.ofSeconds(10)).isSameAs(context);
    }

    @Test
    void passesOnItemsAndFailures() {
        assertThat(Timers.within(LONG, Uni.createFrom().item("done")).await().atMost(Duration.ofSeconds(10)))
                .isEqualTo("done");
        assertThatThrownBy(() -> Timers.within(LONG, Uni.createFrom().failure(new IllegalStateException("wrong")))
                        .await()
                        .atMost(Duration.ofSeconds(10)))
                .hasMessage("wrong");
    }

    @Test
    void cancelsTheSourceWithItsSubscriber() {
        CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        AtomicReference<UniEmitter<? super String>> emitter = new AtomicReference<>();
        Timers.within(
                        LONG,
                        Uni.createFrom()
                                .<String>emitter(emitter::set)
                                .onCancellation()
                                .invoke(() -> cancelled.complete(true)))
                .subscribe()
                .with(item -> {})
                .cancel();
        assertThat(cancelled).succeedsWithin(Duration.ofSeconds(10));
    }
}
