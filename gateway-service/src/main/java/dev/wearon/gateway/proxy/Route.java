package dev.wearon.gateway.proxy;

import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * One line of the routing table.
 *
 * @param template the public path, a name in braces standing for any one segment; services serve the same path
 * @param bodyLimit the longest request body in bytes
 * @param timeout how long the service may take for its answer (plain routes: for the head of it)
 */
public record Route(
        HttpMethod method, String template, Service service, Dress dress, long bodyLimit, Duration timeout) {

    /** Where a request's context keeps whose it is, for the log. */
    public static final String STORE_ID = "wearon.store_id";

    /** Who answers. */
    enum Service {
        GATEWAY,
        CREDITS,
        GENERATION,
        STORAGE
    }

    /** How the answer gets its envelope: here, never, or by the gateway's own resources. */
    public enum Dress {
        WRAPPED,
        PLAIN,
        OWN
    }

    Pattern pattern() {
        return Pattern.compile(template.replaceAll("\\{[a-z_]+}", "[^/]+"));
    }
}
