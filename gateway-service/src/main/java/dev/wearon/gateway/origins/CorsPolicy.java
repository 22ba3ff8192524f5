package dev.wearon.gateway.origins;

import dev.wearon.gateway.routing.Access;
import java.util.Map;

/** The CORS headers of a response, by the access of its route. */
enum CorsPolicy {
    /** Readable for the pages that the gate permits. */
    API("X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, RateLimit, RateLimit-Policy,"
            + " Retry-After, X-Session-Id, Idempotency-Replayed, Preference-Applied, Location, X-Ignored-Fields"),

    /** Readable for every page: the signature in the URL is the permission. */
    OBJECTS("X-Request-Id, Retry-After, ETag, Content-Range, Content-Length, Accept-Ranges, Content-Disposition"),

    /** Not readable for other pages. */
    CLOSED("");

    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    private static final String EXPOSE_HEADERS = "Access-Control-Expose-Headers";

    private final String exposed;

    CorsPolicy(String exposed) {
        this.exposed = exposed;
    }

    static CorsPolicy of(Access access) {
        return switch (access) {
            // A session token is the permission: a page that has one may read the response.
            case API_KEY, SHOPIFY_SESSION -> API;
            case SIGNED_URL -> OBJECTS;
            // Pages call the app proxy of their own shop, and never this server.
            case SHOPIFY_PROXY, OPERATOR, WEBHOOK_SIGNATURE, CONSUMER, PUBLIC -> CLOSED;
        };
    }

    /** @param origin the page of the request; {@link Origin.None} if it was refused */
    Map<String, String> headers(Origin origin) {
        return switch (this) {
            case API ->
                origin instanceof Origin.Page(String text)
                        ? Map.of("Vary", "Origin", ALLOW_ORIGIN, text, EXPOSE_HEADERS, exposed)
                        : Map.of("Vary", "Origin");
            case OBJECTS -> Map.of(ALLOW_ORIGIN, "*", EXPOSE_HEADERS, exposed);
            case CLOSED -> Map.of();
        };
    }
}
