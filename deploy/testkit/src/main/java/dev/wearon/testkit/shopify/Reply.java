package dev.wearon.testkit.shopify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** An answer of the stand-in over HTTP. */
public record Reply(int status, Map<String, List<String>> headers, byte[] body) {

    private static final int MOST_BYTES = 1 << 20;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public static Reply json(int status, Object body) {
        try {
            return of(status, "application/json; charset=utf-8", MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    /** A page beside the shops: nothing but a text. */
    static Reply page(int status, String title, String content) {
        return Theme.page(status, title, "", content, null);
    }

    static Reply to(String location) {
        return new Reply(303, Map.of("Location", List.of(location)), new byte[0]);
    }

    static Reply of(int status, String type, byte[] body) {
        return new Reply(status, Map.of("Content-Type", List.of(type)), body);
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** The body of a request; null if it is too large. */
    public static byte[] body(HttpExchange exchange) throws IOException {
        try (InputStream in = exchange.getRequestBody()) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            return bytes.length > MOST_BYTES ? null : bytes;
        }
    }

    public void send(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().putAll(headers);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
