package dev.wearon.client.transport;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A request to the API.
 *
 * @param body written as JSON; null for none
 */
public record Call(String method, String path, Map<String, String> headers, Object body) {

    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    public static Call get(String path) {
        return new Call("GET", path, Map.of(), null);
    }

    public static Call post(String path, Object body) {
        return new Call("POST", path, Map.of(), body);
    }

    public static Call patch(String path, Object body) {
        return new Call("PATCH", path, Map.of(), body);
    }

    public static Call delete(String path) {
        return new Call("DELETE", path, Map.of(), null);
    }

    /** With this header. Null leaves it out. */
    public Call header(String name, String value) {
        if (value == null) {
            return this;
        }
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new Call(method, path, Map.copyOf(more), body);
    }

    public Call idempotencyKey(String key) {
        return header(IDEMPOTENCY_KEY, key);
    }

    /** With this parameter. Null leaves it out. */
    public Call query(String name, Object value) {
        if (value == null) {
            return this;
        }
        String separator = path.contains("?") ? "&" : "?";
        String encoded = URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
        return new Call(method, path + separator + name + "=" + encoded, headers, body);
    }
}
