package dev.wearon.gateway.forwarding;

import io.vertx.core.MultiMap;
import java.util.List;

/**
 * The headers that the gateway forwards. All others are dropped: credentials, claims about the caller, hop-by-hop headers,
 * and internal names of a service.
 */
final class ForwardedHeaders {

    /** Omits {@code Accept} and {@code Content-Type}, because these routes always use JSON. */
    private static final List<String> TO_SERVICE =
            List.of("Accept-Language", "Idempotency-Key", "Prefer", "traceparent", "tracestate", "User-Agent");

    private static final List<String> TO_EVENTS =
            List.of("Accept-Language", "Last-Event-ID", "traceparent", "tracestate", "User-Agent");

    private static final List<String> TO_STORAGE = List.of(
            "Accept",
            "Content-Type",
            "If-Match",
            "If-Modified-Since",
            "If-None-Match",
            "If-Range",
            "Range",
            "traceparent",
            "tracestate",
            "User-Agent");

    private static final List<String> WITH_ENVELOPE =
            List.of("Allow", "Cache-Control", "Idempotency-Replayed", "Retry-After", "X-Session-Id");

    private static final List<String> WITH_BYTES = List.of(
            "Accept-Ranges",
            "Cache-Control",
            "Content-Disposition",
            "Content-Length",
            "Content-Range",
            "Content-Security-Policy",
            "Content-Type",
            "ETag",
            "Expires",
            "Last-Modified",
            "X-Content-Type-Options");

    private ForwardedHeaders() {}

    static void toService(MultiMap client, MultiMap upstream) {
        copy(TO_SERVICE, client, upstream);
    }

    static void toEvents(MultiMap client, MultiMap upstream) {
        copy(TO_EVENTS, client, upstream);
    }

    static void toStorage(MultiMap client, MultiMap upstream) {
        copy(TO_STORAGE, client, upstream);
    }

    static void withEnvelope(MultiMap upstream, MultiMap client) {
        copy(WITH_ENVELOPE, upstream, client);
        String location = upstream.get("Location");
        if (location != null) {
            // Services resolve it against their internal address.
            client.set("Location", location.replaceFirst("^https?://[^/]*", ""));
        }
    }

    static void withBytes(MultiMap upstream, MultiMap client) {
        copy(WITH_BYTES, upstream, client);
    }

    private static void copy(List<String> names, MultiMap from, MultiMap to) {
        for (String name : names) {
            List<String> values = from.getAll(name);
            if (!values.isEmpty()) {
                to.set(name, values);
            }
        }
    }
}
