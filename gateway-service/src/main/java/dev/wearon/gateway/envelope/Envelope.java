package dev.wearon.gateway.envelope;

import dev.wearon.http.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** The envelope, as an object for JAX-RS and as bytes for forwarded responses. At most one of the two fields is set. */
public record Envelope(Object data, Problem.Body error) {

    private static final Buffer BEFORE = Buffer.buffer("{\"data\":");
    private static final Buffer AFTER = Buffer.buffer(",\"error\":null}");
    private static final Buffer NULL = Buffer.buffer("null");

    /** Puts a JSON body into the envelope without parsing it. An empty body becomes {@code null}. */
    public static Buffer around(Buffer json) {
        Buffer data = json.length() == 0 ? NULL : json;
        return Buffer.buffer(BEFORE.length() + data.length() + AFTER.length())
                .appendBuffer(BEFORE)
                .appendBuffer(data)
                .appendBuffer(AFTER);
    }

    public static Buffer of(Problem problem) {
        var error = new JsonObject().put("code", problem.code().name()).put("message", problem.getMessage());
        return new JsonObject().putNull("data").put("error", error).toBuffer();
    }
}
