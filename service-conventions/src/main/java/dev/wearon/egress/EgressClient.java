package dev.wearon.egress;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls a destination that the {@link EgressGuard} has checked. Each call has a connection of its own, and follows no redirect. */
public final class EgressClient {

    /** The label {@code clientName} of the metrics of these calls, which a service must not keep: another label is the path. */
    public static final String METRICS_NAME = "egress";

    /** To one host. The callers allow fewer calls at a time, so none waits here. */
    private static final int MAX_CONNECTIONS = 1_000;

    private final HttpClient client;

    public EgressClient(Vertx vertx, Duration connectTimeout) {
        this(vertx, new HttpClientOptions(), connectTimeout);
    }

    /** @param options with which certificates a test trusts */
    EgressClient(Vertx vertx, HttpClientOptions options, Duration connectTimeout) {
        this.client = vertx.createHttpClient(
                options.setConnectTimeout((int) connectTimeout.toMillis())
                        .setKeepAlive(false)
                        .setDecompressionSupported(false)
                        .setMetricsName("wearon|" + METRICS_NAME)
                        // The URL would be in the span, and the foreign host would get the trace.
                        .setTracingPolicy(TracingPolicy.IGNORE),
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS));
    }

    /** The result of a call. */
    public sealed interface Answer {

        /** @param body empty unless the status is 200 */
        record Received(int status, Buffer body) implements Answer {}

        /** The body has more bytes than the limit. */
        record TooLarge() implements Answer {}

        /** There was no connection, no valid certificate, or no complete answer in time. */
        record None() implements Answer {}
    }

    /**
     * Reads a URL.
     *
     * @param accept the value of the header {@code Accept}
     * @param maxBytes the largest body
     * @param timeout the longest time until the whole answer
     */
    public Uni<Answer> get(EgressGuard.Destination destination, String accept, long maxBytes, Duration timeout) {
        RequestOptions options = to(destination, HttpMethod.GET)
                .putHeader(HttpHeaders.ACCEPT, accept)
                .putHeader(HttpHeaders.USER_AGENT, "WearOn");
        return Uni.createFrom()
                .deferred(() -> UniHelper.toUni(
                        client.request(options).compose(request -> exchange(request, maxBytes, timeout))))
                .ifNoItem()
                .after(timeout)
                .fail()
                // Its text may name the address or the URL.
                .onFailure()
                .recoverWithItem(new Answer.None());
    }

    /** The result of a {@link #post}. */
    public sealed interface Response {

        /**
         * @param start the first bytes of the body
         * @param retryAfter the header {@code Retry-After}; null if there is none
         */
        record Answered(int status, Buffer start, String retryAfter) implements Response {}

        /** @param late whether there was no answer in time; else no connection, no valid certificate, or no valid answer */
        record Unanswered(boolean late) implements Response {}
    }

    /**
     * Sends a body, and reads the start of the answer.
     *
     * @param keptBytes how much of the answer is read; more closes the connection
     * @param timeout the longest time until then
     */
    public Uni<Response> post(
            EgressGuard.Destination destination,
            Map<String, String> headers,
            Buffer body,
            int keptBytes,
            Duration timeout) {
        RequestOptions options = to(destination, HttpMethod.POST).putHeader(HttpHeaders.USER_AGENT, "WearOn");
        headers.forEach(options::putHeader);
        return Uni.createFrom()
                .deferred(() -> UniHelper.toUni(client.request(options).compose(request -> request.send(body)
                        .compose(response -> start(request, response, keptBytes))
                        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .onFailure(fault -> request.reset()))))
                .ifNoItem()
                .after(timeout)
                .fail()
                // Its text may name the address or the URL.
                .onFailure()
                .recoverWithItem(fault -> new Response.Unanswered(isLate(fault)));
    }

    private static boolean isLate(Throwable fault) {
        return fault instanceof TimeoutException || fault instanceof io.smallrye.mutiny.TimeoutException;
    }

    private static Future<Response> start(HttpClientRequest request, HttpClientResponse response, int keptBytes) {
        Promise<Response> whole = Promise.promise();
        Buffer start = Buffer.buffer();
        var answered = new Response.Answered(response.statusCode(), start, response.getHeader(HttpHeaders.RETRY_AFTER));
        response.exceptionHandler(whole::tryFail)
                .endHandler(end -> whole.tryComplete(answered))
                .handler(chunk -> {
                    start.appendBuffer(chunk, 0, Math.min(chunk.length(), keptBytes - start.length()));
                    if (start.length() == keptBytes && whole.tryComplete(answered)) {
                        request.reset();
                    }
                });
        return whole.future();
    }

    /** The address of the socket was checked; host, SNI and certificate are those of the name. */
    private static RequestOptions to(EgressGuard.Destination destination, HttpMethod method) {
        EgressGuard.Target target = destination.target();
        return new RequestOptions()
                .setServer(SocketAddress.inetSocketAddress(
                        target.port(), destination.address().getHostAddress()))
                .setHost(target.host())
                .setPort(target.port())
                .setSsl(target.tls())
                .setMethod(method)
                .setURI(target.path())
                .setFollowRedirects(false);
    }

    private static Future<Answer> exchange(HttpClientRequest request, long maxBytes, Duration timeout) {
        return request.send()
                .compose(response -> {
                    if (response.statusCode() != 200) {
                        // The body is not read, so its connection ends with a failure that nobody needs.
                        response.exceptionHandler(given -> {});
                        request.reset();
                        return Future.succeededFuture(new Answer.Received(response.statusCode(), Buffer.buffer()));
                    }
                    return body(request, response, maxBytes);
                })
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(fault -> request.reset());
    }

    private static Future<Answer> body(HttpClientRequest request, HttpClientResponse response, long maxBytes) {
        Promise<Answer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(whole::tryFail)
                .endHandler(end -> whole.tryComplete(new Answer.Received(200, body)))
                .handler(chunk -> {
                    if (body.length() + chunk.length() <= maxBytes) {
                        body.appendBuffer(chunk);
                    } else if (whole.tryComplete(new Answer.TooLarge())) {
                        request.reset();
                    }
                });
        return whole.future();
    }

    public void close() {
        client.close();
    }
}
