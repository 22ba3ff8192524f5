package dev.wearon.testkit.contract;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The reply to a request.
 *
 * @param path without the query
 * @param headers found without regard to the case of their names
 */
public record Answer(String method, String path, int status, Map<String, List<String>> headers, byte[] body) {

    public Answer {
        Map<String, List<String>> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        headers = anyCase;
    }

    public static Answer of(HttpResponse<?> response, byte[] body) {
        Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
        // The pseudo-headers of HTTP/2.
        headers.keySet().removeIf(name -> name.startsWith(":"));
        return new Answer(
                response.request().method(),
                response.request().uri().getRawPath(),
                response.statusCode(),
                headers,
                body);
    }
}
