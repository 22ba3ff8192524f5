package dev.wearon.gateway.bounds;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks the first line and the headers of every request. */
@Singleton
public class RequestHead {

    /** A colon, a space and the line end. */
    private static final int HEADER_SEPARATORS = 4;

    private final int maxHeaders;
    private final long maxBytes;
    private final long maxUrlBytes;

    RequestHead(BoundsConfig config) {
        this.maxHeaders = config.headerCount();
        this.maxBytes = config.headerBytes();
        this.maxUrlBytes = config.urlBytes();
    }

    /** The violation as a message for the client; empty if there is none. */
    public Optional<String> violation(HttpServerRequest request) {
        if (request.uri().length() > maxUrlBytes) {
            return Optional.of("The URL is longer than the " + maxUrlBytes + " bytes allowed.");
        }
        // headers.size() counts only distinct names, and builds a set for it.
        int count = 0;
        long bytes = 0;
        for (Map.Entry<String, String> header : request.headers()) {
            count++;
            bytes += header.getKey().length() + header.getValue().length() + HEADER_SEPARATORS;
        }
        if (count > maxHeaders) {
            return Optional.of("There are more than the " + maxHeaders + " headers allowed.");
        } else if (bytes > maxBytes) {
            return Optional.of("The headers are larger than the " + maxBytes + " bytes allowed.");
        }
        return hasAmbiguousLength(request)
                ? Optional.of("Transfer-Encoding may only be chunked, once and in HTTP/1.1.")
                : Optional.empty();
    }

    /** A chunked body has no length in the head. A Content-Length may have been sent as well; the HTTP server drops it. */
    public static boolean isChunked(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /** Programs may disagree about the end of such a request. */
    private static boolean hasAmbiguousLength(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        return !codings.isEmpty()
                && (codings.size() > 1
                        || !codings.getFirst().equalsIgnoreCase("chunked")
                        || request.version() != HttpVersion.HTTP_1_1);
    }
}
