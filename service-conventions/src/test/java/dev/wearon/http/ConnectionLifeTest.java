package dev.wearon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionLifeTest {

    private final Vertx vertx = Vertx.vertx();
    private ConnectionLife life;
    /** Of each request. */
    private final Queue<HttpConnection> connections = new ConcurrentLinkedQueue<>();

    private final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(8));

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private int serve(Duration lifetime) throws Exception {
        Router router = Router.router(vertx);
        life = new ConnectionLife(lifetime);
        life.limit(router);
        router.route().handler(ctx -> {
            connections.add(ctx.request().connection());
            ctx.end("answered");
        });
        HttpServer server =
                await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
        return server.actualPort();
    }

    /** On an event loop, because the body of a response does not wait until another thread asks for it. */
    private Future<String> get(int port) {
        Promise<String> body = Promise.promise();
        vertx.runOnContext(start -> client.request(HttpMethod.GET, port, "127.0.0.1", "/")
                .compose(request -> request.send())
                .compose(response -> response.body())
                .map(Object::toString)
                .onComplete(body));
        return body.future();
    }

    private int different() {
        return new HashSet<>(connections).size();
    }

    @Test
    void connectionsAreReplacedWhileNoCallFails() throws Exception {
        int port = serve(Duration.ofMillis(100));
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (different() < 40 && System.nanoTime() < end) {
            List<Future<String>> calls =
                    IntStream.range(0, 8).mapToObj(call -> get(port)).toList();
            for (Future<String> call : calls) {
                assertThat(await(call)).isEqualTo("answered");
            }
        }
        assertThat(different()).isGreaterThanOrEqualTo(40);
    }

    @Test
    void untilThenTheyAreKept() throws Exception {
        int port = serve(Duration.ofDays(1));
        for (int call = 0; call < 50; call++) {
            assertThat(await(get(port))).isEqualTo("answered");
        }
        assertThat(different()).isLessThan(10);
        connections.clear();
        life.endAll(new ShutdownDelayInitiatedEvent());
        for (int call = 0; call < 5; call++) {
            assertThat(await(get(port))).isEqualTo("answered");
        }
        assertThat(connections).as("the process is about to end").hasSize(5).doesNotHaveDuplicates();
    }
}
