package dev.wearon.gateway.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WholeBodyTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Only the request's own context may write the response. */
    @Test
    void timesOutOnTheContextOfTheRequest() throws Exception {
        CompletableFuture<NetSocket> silent = new CompletableFuture<>();
        NetServer server = vertx.createNetServer().connectHandler(silent::complete);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
        CompletableFuture<Context> requestedOn = new CompletableFuture<>();
        CompletableFuture<Context> completedOn = new CompletableFuture<>();
        vertx.createNetClient().connect(server.actualPort(), "127.0.0.1").onSuccess(stream -> {
            requestedOn.complete(Vertx.currentContext());
            OnContext.within(Duration.ofMillis(10), WholeBody.read(stream, 10))
                    .subscribe()
                    .with(whole -> {}, late -> completedOn.complete(Vertx.currentContext()));
        });
        assertThat(completedOn.get(10, TimeUnit.SECONDS)).isNotNull().isSameAs(requestedOn.get(10, TimeUnit.SECONDS));
    }
}
