package dev.wearon.generation.calls;

import dev.wearon.addresses.ServiceAddresses;
import dev.wearon.addresses.ServiceAddresses.Address;
import dev.wearon.http.RequestId;
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
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The HTTP client: a bounded pool of connections to each service, and a time limit for each call. */
@Singleton
class HttpCalls {

    /**
     * Longer than the pauses of light traffic, so that a create finds an open connection. Shorter than the idle time after which
     * a service (30 minutes) or a usual load balancer (60 seconds) closes it.
     */
    private static final int KEEP_ALIVE_SECONDS = 50;

    /** Calls that may wait for a connection to one service; each waits for the connect timeout at most. */
    private static final int MAX_WAITING = 1_000;

    /**
     * @param target path and query
     * @param identity the {@code Authorization} header
     * @param requestId null for a call that belongs to no request
     * @param contentType null without a body
     * @param timeout the longest wait for the whole answer, after the connection is open
     * @param maxAnswer the largest body of the answer in bytes
     */
    record Call(
            HttpMethod method,
            String target,
            String identity,
            String requestId,
            String contentType,
            Buffer body,
            Duration timeout,
            int maxAnswer) {}

    record Answer(int status, Buffer body) {}

    private final HttpClient client;
    private final CallsConfig config;

    HttpCalls(Vertx vertx, CallsConfig config) {
        this.config = config;
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) config.connectTimeout().toMillis())
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setDecompressionSupported(false),
                new PoolOptions().setHttp1MaxSize(config.connections()).setMaxWaitQueueSize(MAX_WAITING));
    }

    /** Sends the call once for each subscription. Fails without a complete answer; then the outcome is unknown. */
    Uni<Answer> send(ServiceAddresses service, Call call) {
        return service.call(address -> this.<HttpClientRequest>uni(client.request(options(address, call))))
                .chain(request -> uni(exchange(request, call)));
    }

    private <T> Uni<T> uni(Future<T> future) {
        return UniHelper.toUni(future::onComplete);
    }

    private static Future<Answer> exchange(HttpClientRequest request, Call call) {
        return (call.body() == null ? request.send() : request.send(call.body()))
                .compose(response ->
                        whole(response, call.maxAnswer()).map(body -> new Answer(response.statusCode(), body)))
                .timeout(call.timeout().toMillis(), TimeUnit.MILLISECONDS)
                // Closes the connection, which would otherwise carry the late answer.
                .onFailure(fault -> request.reset());
    }

    private static Future<Buffer> whole(HttpClientResponse response, int limit) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(whole::tryFail)
                .endHandler(end -> whole.tryComplete(body))
                .handler(chunk -> {
                    if (body.length() + chunk.length() <= limit) {
                        body.appendBuffer(chunk);
                    } else {
                        whole.tryFail(new IllegalStateException("The answer is larger than " + limit + " bytes"));
                    }
                });
        return whole.future();
    }

    private RequestOptions options(Address address, Call call) {
        RequestOptions options = new RequestOptions()
                .setSsl(address.isTls())
                .setHost(address.host())
                .setPort(address.port())
                .setMethod(call.method())
                .setURI(call.target())
                // Includes the wait for a free connection.
                .setConnectTimeout(config.connectTimeout().toMillis())
                .putHeader(HttpHeaders.AUTHORIZATION, call.identity());
        if (call.requestId() != null) {
            options.putHeader(RequestId.HEADER, call.requestId());
        }
        return call.contentType() == null
                ? options
                : options.putHeader(HttpHeaders.CONTENT_TYPE.toString(), call.contentType());
    }

    @PreDestroy
    void close() {
        client.close();
    }
}
