package dev.wearon.gateway.forwarding;

import dev.wearon.gateway.bounds.OnContext;
import dev.wearon.gateway.bounds.WholeBody;
import dev.wearon.gateway.routing.Pool;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.routing.RoutingTable;
import dev.wearon.gateway.routing.Service;
import dev.wearon.http.RequestId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.EventExecutor;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The services' addresses, the bounded connection pools to them, and a breaker for each service and pool. */
@ApplicationScoped
class Upstreams {

    /** Connections of an event loop, on machines with many of them. */
    private static final int FEWEST = 16;

    private static final long REFUSAL_LIMIT = 64 * 1024;

    private final Map<Service, Map<Pool, Upstream>> upstreams = new EnumMap<>(Service.class);
    private final ForwardingConfig config;
    private final MeterRegistry metrics;

    private final Map<Thread, HttpClient> calls = new ConcurrentHashMap<>();
    private final Map<Pool, HttpClient> streams = new EnumMap<>(Pool.class);

    /** @param pool the one for the current thread */
    private record Upstream(URI address, Supplier<HttpClient> pool, Breaker breaker) {}

    Upstreams(Vertx vertx, RoutingTable table, ForwardingConfig config, MeterRegistry metrics) {
        this.config = config;
        this.metrics = metrics;
        // Each event loop has connections of its own: a call that went over another loop's would wake two threads more.
        int share = Math.max(FEWEST, Math.ceilDiv(config.connections(), eventLoops(vertx)));
        Supplier<HttpClient> own = () ->
                calls.computeIfAbsent(Thread.currentThread(), loop -> client(vertx, new HttpClientOptions(), share));
        Duration idle = config.streamIdleTimeout();
        // Uploads that fill their pool take no connection from downloads. An upload has a watch of its own, which knows
        // which
        // side was waited for. Closing a connection does not tell, so it must come later.
        streams.put(Pool.UPLOADS, streams(vertx, idle.plus(config.uploadStallTimeout()), config.streamConnections()));
        streams.put(Pool.DOWNLOADS, streams(vertx, idle, config.streamConnections()));
        // What keeps an event stream alive is that its service sends something now and then.
        streams.put(Pool.EVENTS, streams(vertx, idle, config.eventConnections()));
        for (Route route : table.routes()) {
            if (route.service() != Service.GATEWAY) {
                upstreams
                        .computeIfAbsent(route.service(), service -> new EnumMap<>(Pool.class))
                        .computeIfAbsent(route.pool(), pool -> upstream(route.service(), pool, own));
            }
        }
    }

    private static int eventLoops(Vertx vertx) {
        int loops = 0;
        for (EventExecutor loop : vertx.nettyEventLoopGroup()) {
            loops++;
        }
        return loops;
    }

    private HttpClient streams(Vertx vertx, Duration idle, int connections) {
        HttpClientOptions options = new HttpClientOptions()
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) idle.toMillis());
        return client(vertx, options, connections);
    }

    private HttpClient client(Vertx vertx, HttpClientOptions options, int connections) {
        options.setConnectTimeout((int) config.connectTimeout().toMillis())
                // Shorter than the services' own, so that a call seldom meets a connection that was just closed.
                .setKeepAliveTimeout(20)
                .setMaxWaitQueueSize(connections)
                .setDecompressionSupported(false);
        return vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(connections));
    }

    private Upstream upstream(Service service, Pool pool, Supplier<HttpClient> calls) {
        URI address =
                switch (service) {
                    case CREDITS -> config.creditsUrl();
                    case GENERATION -> config.generationUrl();
                    case STORAGE -> config.storageUrl();
                    case GATEWAY -> throw new IllegalArgumentException("The gateway does not call itself");
                };
        Supplier<HttpClient> client = pool == Pool.CALLS ? calls : () -> streams.get(pool);
        return new Upstream(address, client, breaker(service.name().toLowerCase(Locale.ROOT), pool));
    }

    private Breaker breaker(String service, Pool pool) {
        String use = pool.name().toLowerCase(Locale.ROOT);
        Breaker breaker = new Breaker(service + "/" + use, config.breakerFailures(), config.breakerDelay());
        Gauge.builder("wearon.proxy.breaker.open", () -> breaker.isOpen() ? 1 : 0)
                .description("1 while the service is left alone: it refused connections or was waited for in vain,"
                        + " several times in a row")
                .tag("service", service)
                .tag("pool", use)
                .register(metrics);
        return breaker;
    }

    /**
     * A call to the route's service with the client's path, query and request id, and no other header yet.
     *
     * @return fails with {@link Breaker.Open} when the service is left alone for now
     */
    Uni<UpstreamCall> open(Route route, HttpServerRequest client) {
        Upstream upstream = upstream(route);
        if (!upstream.breaker().mayGo()) {
            return Uni.createFrom().failure(upstream.breaker().open());
        }
        return UpstreamCall.open(upstream.pool().get(), options(upstream.address(), route, client))
                .onFailure(Upstreams::isRefusal)
                .invoke(upstream.breaker()::missed);
    }

    private static boolean isRefusal(Throwable fault) {
        return fault instanceof ConnectException
                || fault instanceof NoRouteToHostException
                || fault instanceof UnknownHostException;
    }

    /** The service's answer, which comes within the route's time or fails. */
    <T> Uni<T> inTime(Route route, Uni<T> answer) {
        return watched(route, OnContext.within(route.timeout(), answer));
    }

    /** The service's answer to what its client may send as slowly as it likes. */
    <T> Uni<T> watched(Route route, Uni<T> answer) {
        Breaker breaker = upstream(route).breaker();
        return answer.onItemOrFailure().invoke((answered, fault) -> {
            if (fault == null) {
                breaker.answered();
            } else if (fault instanceof TimeoutException) {
                breaker.missed();
            }
        });
    }

    /** What a service says to its refusal; nothing where that is too long, or does not come in time. */
    static Uni<Buffer> refusal(Route route, HttpClientResponse response) {
        return OnContext.within(route.timeout(), WholeBody.read(response, REFUSAL_LIMIT))
                .onFailure()
                .recoverWithItem(Buffer.buffer());
    }

    private Upstream upstream(Route route) {
        return upstreams.get(route.service()).get(route.pool());
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
        streams.values().forEach(HttpClient::close);
    }
}
