package dev.wearon.gateway.door;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.wearon.gateway.bounds.RequestHead;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/**
 * Closes the connection after a chunked request, to prevent request smuggling (RFC 9112, 6.1). Such a request may also have
 * had a {@code Content-Length}, which the HTTP server drops silently. A proxy that used this length would have sent two
 * requests as one.
 */
@Singleton
class SmugglingGuard {

    /** Weak keys: an entry disappears with its connection. */
    private final Cache<HttpConnection, Boolean> closing =
            Caffeine.newBuilder().weakKeys().build();

    /** @return false if the connection is closing: then the request must not be served */
    boolean accept(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (closing.getIfPresent(request.connection()) != null) {
            request.connection().close();
            return false;
        }
        if (RequestHead.isChunked(request)) {
            closing.put(request.connection(), true);
            ctx.response().putHeader(HttpHeaders.CONNECTION, "close");
            ctx.addEndHandler(over -> request.connection().close());
        }
        return true;
    }
}
