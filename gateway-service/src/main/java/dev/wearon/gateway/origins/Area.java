package dev.wearon.gateway.origins;

import java.util.Map;

/** The parts of the public API, by what browsers may do with them. */
enum Area {
    /** For the pages that a key allows. */
    API("X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, RateLimit, RateLimit-Policy,"
            + " Retry-After, X-Session-Id, Idempotency-Replayed, Location"),

    /** For every page: the signature in the URL is the permission. */
    OBJECTS("X-Request-Id, Retry-After, ETag, Content-Range, Content-Length, Accept-Ranges"),

    /** Not for the scripts of other pages. */
    CLOSED("");

    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    private static final String EXPOSE_HEADERS = "Access-Control-Expose-Headers";

    private final String exposed;

    Area(String exposed) {
        this.exposed = exposed;
    }

    /** @param path null when a request line has none */
    static Area of(String path) {
        if (path == null) {
            return CLOSED;
        } else if (path.startsWith("/api/v1/")) {
            return API;
        }
        return path.startsWith("/stores/") ? OBJECTS : CLOSED;
    }

    /** What an answer to {@code reader} says beside its content; of a refused page {@code reader} is none. */
    Map<String, String> headers(Origin reader) {
        return switch (this) {
            case API ->
                reader instanceof Origin.Page(String text)
                        ? Map.of("Vary", "Origin", ALLOW_ORIGIN, text, EXPOSE_HEADERS, exposed)
                        : Map.of("Vary", "Origin");
            case OBJECTS -> Map.of(ALLOW_ORIGIN, "*", EXPOSE_HEADERS, exposed);
            case CLOSED -> Map.of();
        };
    }
}
