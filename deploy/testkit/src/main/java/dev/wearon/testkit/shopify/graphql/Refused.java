package dev.wearon.testkit.shopify.graphql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A request that the server answers with top-level errors and without data. */
public final class Refused extends RuntimeException {

    private final transient ObjectNode error;

    /** @param code goes into {@code extensions.code}; may be null */
    public Refused(String message, String code, List<String> path) {
        super(message);
        error = JsonNodeFactory.instance.objectNode().put("message", message);
        if (!path.isEmpty()) {
            path.forEach(error.putArray("path")::add);
        }
        if (code != null) {
            error.putObject("extensions").put("code", code);
        }
    }

    /** {@code {message, path?, extensions{code}?}}. */
    public ObjectNode error() {
        return error;
    }
}
