package dev.wearon.gateway.door;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.wearon.gateway.bounds.RequestHead;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Ends connections on which the next request could be somebody else's idea. A chunked request may have named a
 * {@code Content-Length} too, which the HTTP server drops without a word; a program on the way that believed it has sent on,
 * as one request, what looks like two here. So a chunked request is the last one of its connection (RFC 9112, 6.1).
 */
@ApplicationScoped
class Connections {

    /** Forgotten with the connections themselves. */
    private final Cache<HttpConnection, Boolean> ending =
            Caffeine.newBuilder().weakKeys().build();

    /** @return false when the request came behind the last one of its connection: then it must not be served */
    boolean accept(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (ending.getIfPresent(request.connection()) != null) {
            request.connection().close();
            return false;
        }
        if (RequestHead.isChunked(request)) {
            ending.put(request.connection(), true);
            ctx.response().putHeader(HttpHeaders.CONNECTION, "close");
            ctx.addEndHandler(over -> request.connection().close());
        }
        return true;
    }
}
