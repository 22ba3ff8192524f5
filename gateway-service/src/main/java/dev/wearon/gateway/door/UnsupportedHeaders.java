package dev.wearon.gateway.door;

import dev.wearon.gateway.routing.Route;
import dev.wearon.http.Problem;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;

/**
 * Refuses headers that ask for a condition or a check, on routes that do not support them. Without a refusal the client would
 * believe that the condition was met.
 */
final class UnsupportedHeaders {

    private static final List<String> PROMISES = List.of("If-Match", "Content-MD5");

    private UnsupportedHeaders() {}

    static Optional<Problem> refusal(HttpServerRequest request, Route route) {
        for (String name : PROMISES) {
            if (request.headers().contains(name) && !route.headers().contains(name)) {
                return Optional.of(Problem.invalid("The header " + name + " is not supported here."));
            }
        }
        return Optional.empty();
    }
}
