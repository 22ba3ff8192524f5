package dev.wearon.http;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends the connections of callers after a time: the response to a request after it says {@code Connection: close}, and the
 * caller opens another connection. A load balancer of connections, like a Service of Kubernetes, chooses a process only for a
 * new connection. Without this, a new process would get no calls as long as the callers keep their old connections.
 *
 * <p>A process that is about to end does the same with all connections, so that few calls meet one that is being closed.
 */
@Singleton
public final class ConnectionLife {

    /** After {@link StrayCharacters}, which may begin again. Before all that answer. */
    private static final int FIRST = Integer.MIN_VALUE;

    /** Each event loop knows the ends of its own connections, as {@link System#nanoTime}. */
    private final ThreadLocal<Map<HttpConnection, Long>> ends = ThreadLocal.withInitial(WeakHashMap::new);

    private final long lifetimeNs;
    private volatile boolean processEnds;

    /** @param lifetime the longest time after which a connection is not used again */
    ConnectionLife(@ConfigProperty(name = "wearon.http.connection-lifetime") Duration lifetime) {
        this.lifetimeNs = lifetime.toNanos();
    }

    void limit(@Observes Router router) {
        router.route().order(FIRST).handler(this::enter);
    }

    void endAll(@Observes ShutdownDelayInitiatedEvent signal) {
        processEnds = true;
    }

    private void enter(RoutingContext ctx) {
        // A connection of HTTP/2 carries many requests at a time, and has another way to end.
        if (ctx.request().version() == HttpVersion.HTTP_1_1) {
            long now = System.nanoTime();
            Long end = ends.get().computeIfAbsent(ctx.request().connection(), connection -> now + life());
            if (processEnds || now - end >= 0) {
                ctx.addHeadersEndHandler(writing -> announceEnd(ctx));
                ctx.addEndHandler(ended -> endIfAnnounced(ctx));
            }
        }
        ctx.next();
    }

    /** Not while the body of the request still arrives: the client could lose the response. Then a later request does it. */
    private static void announceEnd(RoutingContext ctx) {
        if (ctx.request().isEnded() || hasNoBody(ctx.request())) {
            ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    /** Clients may wait for the server to close it. */
    private static void endIfAnnounced(RoutingContext ctx) {
        if (ctx.response().headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true)) {
            ctx.request().connection().close();
        }
    }

    private static boolean hasNoBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return (length == null || length.equals("0")) && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /** Between half of the lifetime and all of it, so that connections that opened together do not end together. */
    private long life() {
        return ThreadLocalRandom.current().nextLong(lifetimeNs / 2, lifetimeNs + 1);
    }
}
