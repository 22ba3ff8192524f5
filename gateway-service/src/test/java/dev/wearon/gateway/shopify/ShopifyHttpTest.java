package dev.wearon.gateway.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.Await;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShopifyHttpTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ShopDomain SHOP = new ShopDomain("waits.myshopify.com");

    /** As many as the client has connections to a shop. */
    private static final int ALL_CONNECTIONS = 8;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void sendsNothingWhoseTimeWasOverBeforeItHadAConnection() throws Exception {
        BlockingQueue<HttpServerRequest> arrived = new LinkedBlockingQueue<>();
        HttpServer server = vertx.createHttpServer()
                .requestHandler(arrived::add)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        ShopifyConfig config = ShopifyAppTest.config(Map.of(
                "client-id", "an-app",
                "client-secret", "the-secret-of-the-app",
                "token-keys", "a-key-of-the-tests-that-encrypts-tokens",
                "url", "http://127.0.0.1:" + server.actualPort() + "/{shop}",
                "timeout", "10s"));
        ShopifyHttp http = new ShopifyHttp(vertx, new ShopifyApp(config), config);
        List<UniAssertSubscriber<ShopifyHttp.Answer>> first = IntStream.range(0, ALL_CONNECTIONS)
                .mapToObj(i -> subscribed(post(http, "/first")))
                .toList();
        Await.until(LIMIT, arrived::size, size -> size == ALL_CONNECTIONS);
        var waits = subscribed(post(http, "/over"));
        var last = subscribed(post(http, "/last"));
        waits.cancel();

        for (int i = 0; i < ALL_CONNECTIONS; i++) {
            answer(arrived.poll(LIMIT.toSeconds(), TimeUnit.SECONDS), "/first");
        }
        first.forEach(call -> call.awaitItem(LIMIT));
        // Calls get their connections in their order, so the one before would have arrived.
        answer(arrived.poll(LIMIT.toSeconds(), TimeUnit.SECONDS), "/last");
        last.awaitItem(LIMIT);
        assertThat(arrived).isEmpty();
        http.close();
    }

    private static void answer(HttpServerRequest request, String path) {
        assertThat(request.path()).endsWith(path);
        request.response().end("{}");
    }

    private static Uni<ShopifyHttp.Answer> post(ShopifyHttp http, String path) {
        return http.post(SHOP, path, Map.of(), Buffer.buffer("{}"));
    }

    private static <T> UniAssertSubscriber<T> subscribed(Uni<T> call) {
        return call.subscribe().withSubscriber(UniAssertSubscriber.create());
    }
}
