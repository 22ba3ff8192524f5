package dev.wearon.gateway.forwarding;

import dev.wearon.addresses.ServiceAddresses;
import dev.wearon.addresses.ServiceAddresses.Address;
import dev.wearon.gateway.bounds.OnContext;
import dev.wearon.gateway.bounds.WholeBody;
import dev.wearon.gateway.routing.Addresses;
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
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The addresses of the services, their bounded connection pools, and a breaker for each service and pool. */
@Singleton
class Upstreams {

    /** The minimum of connections per event loop. */
    private static final int MIN_CONNECTIONS_PER_LOOP = 16;

    /** The minimum of waiting calls per event loop: many clients may share a loop by chance, while other loops are idle. */
    private static final int MIN_WAITING_PER_LOOP = 256;

    private static final long REFUSAL_LIMIT = 64 * 1024;

    private final Map<Service, Map<Pool, Upstream>> upstreams = new EnumMap<>(Service.class);
    private final ForwardingConfig config;
    private final MeterRegistry metrics;

    private final Map<Thread, HttpClient> calls = new ConcurrentHashMap<>();
    private final Map<Pool, HttpClient> streams = new EnumMap<>(Pool.class);

    /** @param pool returns the pool of the current thread */
    private record Upstream(ServiceAddresses addresses, Supplier<HttpClient> pool, Breaker breaker) {}

    Upstreams(Vertx vertx, RoutingTable table, Addresses addresses, ForwardingConfig config, MeterRegistry metrics) {
        this.config = config;
        this.metrics = metrics;
        // Each event loop has its own connections: a call over another loop's connection would wake two more threads.
        int share = Math.max(MIN_CONNECTIONS_PER_LOOP, Math.ceilDiv(config.connections(), eventLoops(vertx)));
        int waiting = Math.max(MIN_WAITING_PER_LOOP, share);
        Supplier<HttpClient> own = () -> calls.computeIfAbsent(
                Thread.currentThread(), loop -> client(vertx, new HttpClientOptions(), share, waiting));
        Duration idle = config.streamIdleTimeout();
        // Uploads and downloads have separate pools. The idle timeout of uploads is longer than the timeouts in Upload,
        // which know whether the client or storage was too slow; a closed connection does not show this.
        streams.put(Pool.UPLOADS, streams(vertx, idle.plus(config.uploadStallTimeout()), config.streamConnections()));
        streams.put(Pool.DOWNLOADS, streams(vertx, idle, config.streamConnections()));
        // An event stream stays open only if its service sends something before the idle timeout.
        streams.put(Pool.EVENTS, streams(vertx, idle, config.eventConnections()));
        for (Route route : table.routes()) {
            if (route.service() != Service.GATEWAY) {
                upstreams
                        .computeIfAbsent(route.service(), service -> new EnumMap<>(Pool.class))
                        .computeIfAbsent(route.pool(), pool -> upstream(route.service(), pool, addresses, own));
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
        return client(vertx, options, connections, connections);
    }

    private HttpClient client(Vertx vertx, HttpClientOptions options, int connections, int waiting) {
        options.setConnectTimeout((int) config.connectTimeout().toMillis())
                // Shorter than the keep-alive of the services, so that calls rarely hit a connection that was just
                // closed.
                .setKeepAliveTimeout(20)
                .setMaxWaitQueueSize(waiting)
                .setDecompressionSupported(false);
        return vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(connections));
    }

    private Upstream upstream(Service service, Pool pool, Addresses addresses, Supplier<HttpClient> calls) {
        Supplier<HttpClient> client = pool == Pool.CALLS ? calls : () -> streams.get(pool);
        return new Upstream(
                addresses.of(service), client, breaker(service.name().toLowerCase(Locale.ROOT), pool));
    }

    private Breaker breaker(String service, Pool pool) {
        String use = pool.name().toLowerCase(Locale.ROOT);
        Breaker breaker = new Breaker(service + "/" + use, config.breakerFailures(), config.breakerDelay());
        Gauge.builder("wearon.proxy.breaker.open", () -> breaker.isOpen() ? 1 : 0)
                .description("1 while the circuit breaker is open, after several consecutive refused connections or"
                        + " timeouts")
                .tag("service", service)
                .tag("pool", use)
                .register(metrics);
        return breaker;
    }

    /**
     * Opens a call to the service of a route, with path, query and request id of the client and no other header.
     *
     * @return fails with {@link Breaker.Open} if the breaker is open
     */
    Uni<UpstreamCall> open(Route route, HttpServerRequest client) {
        Upstream upstream = upstream(route);
        if (!upstream.breaker().allowsCall()) {
            return Uni.createFrom().failure(upstream.breaker().open());
        }
        HttpClient pool = upstream.pool().get();
        return upstream.addresses()
                .call(address -> UpstreamCall.open(pool, options(address, route, client)))
                .onFailure(ServiceAddresses::isRefusal)
                .invoke(upstream.breaker()::failed);
    }

    /** Limits a response to the timeout of the route. Its outcome counts for the breaker. */
    <T> Uni<T> inTime(Route route, Uni<T> answer) {
        return watched(route, OnContext.within(route.timeout(), answer));
    }

    /** Counts the outcome of a response for the breaker. Has no timeout, because the client may send slowly. */
    <T> Uni<T> watched(Route route, Uni<T> answer) {
        Breaker breaker = upstream(route).breaker();
        return answer.onItemOrFailure().invoke((answered, fault) -> {
            if (fault == null) {
                breaker.succeeded();
            } else if (fault instanceof TimeoutException) {
                breaker.failed();
            }
        });
    }

    /** Reads the body of a refusal; empty if it is too long or too late. */
    static Uni<Buffer> refusal(Route route, HttpClientResponse response) {
        return OnContext.within(route.timeout(), WholeBody.read(response, REFUSAL_LIMIT))
                .onFailure()
                .recoverWithItem(Buffer.buffer());
    }

    private Upstream upstream(Route route) {
        return upstreams.get(route.service()).get(route.pool());
    }

    private RequestOptions options(Address address, Route route, HttpServerRequest client) {
        String path = route.target(client.path());
        String query = client.query();
        return new RequestOptions()
                .setSsl(address.isTls())
                .setHost(address.host())
                .setPort(address.port())
                .setMethod(route.method())
                .setURI(query == null ? path : path + "?" + query)
                // Includes the wait for a free connection. Longer than connectTimeout, so that a full pool does not
                // count as a refused connection.
                .setConnectTimeout(config.connectTimeout().toMillis() * 2)
                .putHeader(RequestId.HEADER, client.getHeader(RequestId.HEADER));
    }

    @PreDestroy
    void close() {
        calls.values().forEach(HttpClient::close);
        streams.values().forEach(HttpClient::close);
    }
}
