package dev.wearon.gateway.origins;

import dev.wearon.gateway.routing.Access;
import java.util.Map;

/** What browsers may do with a request, by who may call it. */
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

    static Area of(Access access) {
        return switch (access) {
            case API_KEY, SHOPPER_TOKEN -> API;
            case SIGNED_URL -> OBJECTS;
            case OPERATOR, WEBHOOK_SIGNATURE, CONSUMER, PUBLIC -> CLOSED;
        };
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
