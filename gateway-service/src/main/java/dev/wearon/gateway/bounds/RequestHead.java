package dev.wearon.gateway.bounds;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at the first line and the headers of a request, whatever it asks for. */
@ApplicationScoped
public class RequestHead {

    /** A colon, a space and the end of the line. */
    private static final int BETWEEN = 4;

    private final int mostHeaders;
    private final long mostBytes;
    private final long longestUrl;

    RequestHead(BoundsConfig config) {
        this.mostHeaders = config.headerCount();
        this.mostBytes = config.headerBytes();
        this.longestUrl = config.urlBytes();
    }

    /** What is wrong with the head of a request, in words for its client; empty when nothing is. */
    public Optional<String> complaint(HttpServerRequest request) {
        if (request.uri().length() > longestUrl) {
            return Optional.of("The URL is longer than the " + longestUrl + " bytes allowed.");
        }
        // Its size() tells how many names there are, and makes a set of them.
        int count = 0;
        long bytes = 0;
        for (Map.Entry<String, String> header : request.headers()) {
            count++;
            bytes += header.getKey().length() + header.getValue().length() + BETWEEN;
        }
        if (count > mostHeaders) {
            return Optional.of("There are more than the " + mostHeaders + " headers allowed.");
        } else if (bytes > mostBytes) {
            return Optional.of("The headers are larger than the " + mostBytes + " bytes allowed.");
        }
        return isFramedOddly(request)
                ? Optional.of("Transfer-Encoding may only be chunked, once and in HTTP/1.1.")
                : Optional.empty();
    }

    /** Whether the length of the body stands in the body, and nobody knows what else was said about it. */
    public static boolean isChunked(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /** Programs that read this differently disagree about where the request ends. */
    private static boolean isFramedOddly(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        return !codings.isEmpty()
                && (codings.size() > 1
                        || !codings.getFirst().equalsIgnoreCase("chunked")
                        || request.version() != HttpVersion.HTTP_1_1);
    }
}
