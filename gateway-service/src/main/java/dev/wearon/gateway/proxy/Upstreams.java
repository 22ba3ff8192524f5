package dev.wearon.gateway.proxy;

import dev.wearon.gateway.proxy.Route.Service;
import dev.wearon.http.RequestId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.impl.VertxInternal;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The services' addresses, the bounded connection pools to them (for calls, for uploads and for downloads), and a
 * breaker for each service and pool.
 */
@ApplicationScoped
class Upstreams {

    /** Connections of an event loop, on machines with many of them. */
    private static final int FEWEST = 16;

    private final Map<Service, Upstream> called = new EnumMap<>(Service.class);
    private final Upstream uploads;
    private final Upstream downloads;
    private final ProxyConfig config;
    private final MeterRegistry metrics;

    private final Map<Thread, HttpClient> calls = new ConcurrentHashMap<>();

    /** @param pool the one for the current thread */
    private record Upstream(URI address, Supplier<HttpClient> pool, Breaker breaker) {}

    Upstreams(Vertx vertx, ProxyConfig config, MeterRegistry metrics) {
        this.config = config;
        this.metrics = metrics;
        // Each event loop has connections of its own: a call that went over another loop's would wake two threads more.
        int share = Math.max(FEWEST, Math.ceilDiv(config.connections(), eventLoops(vertx)));
        Supplier<HttpClient> own = () ->
                calls.computeIfAbsent(Thread.currentThread(), loop -> client(vertx, new HttpClientOptions(), share));
        called.put(Service.CREDITS, upstream("credits", config.creditsUrl(), own, "calls"));
        called.put(Service.GENERATION, upstream("generation", config.generationUrl(), own, "calls"));
        called.put(Service.STORAGE, upstream("storage", config.storageUrl(), own, "calls"));
        Duration idle = config.streamIdleTimeout();
        // Two pools: whoever fills the one for uploads takes no picture away from those who look at theirs. An upload
        // has a watch of its own, which knows who was waited for. A closed connection does not, so it must come later.
        this.uploads = upstream(
                "storage", config.storageUrl(), streams(vertx, idle.plus(config.uploadStallTimeout())), "uploads");
        this.downloads = upstream("storage", config.storageUrl(), streams(vertx, idle), "downloads");
    }

    private static int eventLoops(Vertx vertx) {
        int loops = 0;
        for (EventExecutor loop : ((VertxInternal) vertx).getEventLoopGroup()) {
            loops++;
        }
        return loops;
    }

    private Supplier<HttpClient> streams(Vertx vertx, Duration idle) {
        HttpClientOptions options = new HttpClientOptions()
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) idle.toMillis());
        HttpClient client = client(vertx, options, config.streamConnections());
        return () -> client;
    }

    private HttpClient client(Vertx vertx, HttpClientOptions options, int connections) {
        options.setConnectTimeout((int) config.connectTimeout().toMillis())
                // Shorter than the services' own, so that a call seldom meets a connection that was just closed.
                .setKeepAliveTimeout(20)
                .setMaxWaitQueueSize(connections)
                .setDecompressionSupported(false);
        return vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(connections));
    }

    private Upstream upstream(String service, URI address, Supplier<HttpClient> pool, String use) {
        Breaker breaker = new Breaker(service + "/" + use, config.breakerFailures(), config.breakerPause());
        Gauge.builder("wearon.proxy.breaker.open", () -> breaker.isOpen() ? 1 : 0)
                .description("1 while the service is left alone: it refused connections or was waited for in vain,"
                        + " several times in a row")
                .tag("service", service)
                .tag("pool", use)
                .register(metrics);
        return new Upstream(address, pool, breaker);
    }

    /**
     * A request to the route's service with the client's path, query and request id, and no other header yet.
     *
     * @return fails with {@link Breaker.Open} when the service is left alone for now
     */
    Future<HttpClientRequest> request(Route route, HttpServerRequest client) {
        Upstream upstream = upstream(route);
        if (!upstream.breaker().mayGo()) {
            return Future.failedFuture(upstream.breaker().open());
        }
        return upstream.pool()
                .get()
                .request(options(upstream.address(), route, client))
                .onFailure(fault -> {
                    if (fault instanceof ConnectException
                            || fault instanceof NoRouteToHostException
                            || fault instanceof UnknownHostException) {
                        upstream.breaker().missed();
                    }
                });
    }

    /** The service's answer, which comes within the route's time or fails. */
    <T> Future<T> inTime(Route route, Future<T> answer) {
        return watched(route, answer.timeout(route.timeout().toMillis(), TimeUnit.MILLISECONDS));
    }

    /** The service's answer to what its client may send as slowly as it likes. */
    <T> Future<T> watched(Route route, Future<T> answer) {
        Breaker breaker = upstream(route).breaker();
        return answer.onSuccess(answered -> breaker.answered()).onFailure(fault -> {
            if (fault instanceof TimeoutException) {
                breaker.missed();
            }
        });
    }

    private Upstream upstream(Route route) {
        if (route.dress() == Route.Dress.PLAIN) {
            return route.method().equals(HttpMethod.PUT) ? uploads : downloads;
        }
        return called.get(route.service());
    }

    private RequestOptions options(URI address, Route route, HttpServerRequest client) {
        String path = route.target(client.path());
        String query = client.query();
        return new RequestOptions()
                .setSsl("https".equals(address.getScheme()))
                .setHost(address.getHost())
                .setPort(port(address))
                .setMethod(route.method())
                .setURI(query == null ? path : path + "?" + query)
                // Waiting for a free connection, too. Longer than connecting alone: a caller that finds all of them
                // in use has not been refused by the service.
                .setConnectTimeout(config.connectTimeout().toMillis() * 2)
                .putHeader(RequestId.HEADER, client.getHeader(RequestId.HEADER));
    }

    private static int port(URI address) {
        if (address.getPort() > 0) {
            return address.getPort();
        }
        return "https".equals(address.getScheme()) ? 443 : 80;
    }

    @PreDestroy
    void close() {
        calls.values().forEach(HttpClient::close);
        uploads.pool().get().close();
        downloads.pool().get().close();
    }
}
