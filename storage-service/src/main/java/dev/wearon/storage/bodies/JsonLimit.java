package dev.wearon.storage.bodies;

import dev.wearon.http.Problem;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.vertx.VertxInputStream;

/**
 * Limits JSON bodies. Quarkus has one limit for all bodies, which must let images pass. Images are sent by PUT, and
 * their limit is checked while they are streamed. Every other body is JSON.
 */
final class JsonLimit {

    private final long maxBytes;

    JsonLimit(BodiesConfig config) {
        this.maxBytes = config.jsonMaxBytes();
    }

    @ServerRequestFilter(preMatching = true)
    public void limit(ContainerRequestContext request, RoutingContext routing) {
        if (request.getMethod().equals(HttpMethod.PUT)) {
            return;
        }
        String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        if (length != null && Long.parseLong(length) > maxBytes) {
            throw Problem.of(
                    Problem.Code.PAYLOAD_TOO_LARGE, "The JSON body may have at most %d bytes.".formatted(maxBytes));
        }
        // Without a declared length, the limit is checked while the body is read.
        routing.put(VertxInputStream.MAX_REQUEST_SIZE_KEY, maxBytes);
    }
}
