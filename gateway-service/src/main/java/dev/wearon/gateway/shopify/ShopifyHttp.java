package dev.wearon.gateway.shopify;

import dev.wearon.egress.EgressClient;
import dev.wearon.gateway.bounds.WholeBody;
import dev.wearon.timing.Timers;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** Sends JSON to a shop. A shop has a {@link ShopDomain}, so no other host can be called. Follows no redirect. */
@Singleton
final class ShopifyHttp {

    private static final int LONGEST_ANSWER = 4 * 1024 * 1024;
    private static final int CONNECT_TIMEOUT_MILLIS = 3_000;
    private static final int CONNECTIONS_TO_A_SHOP = 8;
    private static final int MOST_WAITING = 64;

    private final HttpClient client;
    private final ShopifyApp app;
    private final Duration timeout;

    ShopifyHttp(Vertx vertx, ShopifyApp app, ShopifyConfig config) {
        this.app = app;
        this.timeout = config.timeout();
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                        // One label is the path, and another the shop.
                        .setMetricsName("wearon|" + EgressClient.METRICS_NAME)
                        // The URL would be in the span, and the foreign host would get the trace.
                        .setTracingPolicy(TracingPolicy.IGNORE),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_TO_A_SHOP).setMaxWaitQueueSize(MOST_WAITING));
    }

    /**
     * A complete answer.
     *
     * @param version the header {@code X-Shopify-API-Version}; null if there is none
     * @param retryAfter the header {@code Retry-After}; null if there is none
     */
    record Answer(int status, Buffer body, String version, String retryAfter) {}

    /**
     * Sends a body, and reads the whole answer within the time limit.
     *
     * @param path below the base URL of the shop
     * @return fails if there is no complete answer
     */
    Uni<Answer> post(ShopDomain shop, String path, Map<String, String> headers, Buffer body) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(app.url(shop) + path)
                .setFollowRedirects(false)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.ACCEPT, "application/json")
                .putHeader(HttpHeaders.USER_AGENT, "WearOn");
        headers.forEach(options::putHeader);
        Uni<Answer> answered = Uni.createFrom().emitter(answer -> client.request(options)
                .onFailure(answer::fail)
                .onSuccess(request -> {
                    answer.onTermination(request::reset);
                    send(request, body, answer::complete, answer::fail);
                }));
        return Timers.within(timeout, answered);
    }

    private static void send(
            HttpClientRequest request, Buffer body, Consumer<Answer> answered, Consumer<Throwable> failed) {
        request.send(body)
                .onFailure(failed::accept)
                .onSuccess(response -> WholeBody.read(
                        response,
                        LONGEST_ANSWER,
                        whole -> answered.accept(new Answer(
                                response.statusCode(),
                                whole,
                                response.getHeader("X-Shopify-API-Version"),
                                response.getHeader(HttpHeaders.RETRY_AFTER))),
                        failed));
    }

    @PreDestroy
    void close() {
        client.close();
    }
}
