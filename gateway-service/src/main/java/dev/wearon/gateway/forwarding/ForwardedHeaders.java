package dev.wearon.gateway.forwarding;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Arrays;
import java.util.List;

/**
 * The headers that the gateway forwards. All others are dropped: credentials, claims about the caller, hop-by-hop headers,
 * and internal names of a service.
 */
final class ForwardedHeaders {

    /** Omits {@code Accept} and {@code Content-Type}, because these routes always use JSON. */
    private static final List<CharSequence> TO_SERVICE =
            names("Accept-Language", "Idempotency-Key", "Prefer", "User-Agent");

    private static final List<CharSequence> TO_EVENTS = names("Accept-Language", "Last-Event-ID", "User-Agent");

    private static final List<CharSequence> TO_STORAGE = names(
            "Accept",
            "Content-MD5",
            "Content-Type",
            "If-Match",
            "If-Modified-Since",
            "If-None-Match",
            "If-Range",
            "Range",
            "User-Agent");

    private static final List<CharSequence> WITH_ENVELOPE = names(
            "Allow", "Cache-Control", "Idempotency-Replayed", "Preference-Applied", "Retry-After", "X-Session-Id");

    private static final List<CharSequence> WITH_BYTES = names(
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
        String location = upstream.get(HttpHeaders.LOCATION);
        if (location != null) {
            // Services resolve it against their internal address.
            client.set(HttpHeaders.LOCATION, location.replaceFirst("^https?://[^/]*", ""));
        }
    }

    static void withBytes(MultiMap upstream, MultiMap client) {
        copy(WITH_BYTES, upstream, client);
    }

    /** Names whose hash is computed once. */
    private static List<CharSequence> names(String... names) {
        return Arrays.stream(names).map(HttpHeaders::createOptimized).toList();
    }

    private static void copy(List<CharSequence> names, MultiMap from, MultiMap to) {
        for (CharSequence name : names) {
            // Most requests have few of these headers, and getAll creates a list also for none.
            if (from.contains(name)) {
                to.set(name.toString(), from.getAll(name));
            }
        }
    }
}
