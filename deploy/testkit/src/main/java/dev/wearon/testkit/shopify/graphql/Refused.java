package dev.wearon.testkit.shopify.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;

/**
 * An entry of the top-level errors. A wrong document, or a request that is too dear, gets no data; a fault of one field leaves
 * the rest of the data.
 */
public final class Refused extends RuntimeException {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String code;
    private final transient List<?> path;

    /** @param code goes into {@code extensions.code}; may be null */
    public Refused(String message, String code, List<String> path) {
        super(message);
        this.code = code;
        this.path = path;
    }

    /** {@code {message, path?, extensions{code}?}}. */
    public ObjectNode error() {
        return error(path);
    }

    /** The same, of the field at {@code at}: names, and the places of list elements. */
    ObjectNode error(List<?> at) {
        ObjectNode error = JsonNodeFactory.instance.objectNode().put("message", getMessage());
        if (!at.isEmpty()) {
            error.set("path", MAPPER.<JsonNode>valueToTree(at));
        }
        if (code != null) {
            ObjectNode extensions = error.putObject("extensions").put("code", code);
            if (code.equals("INTERNAL_SERVER_ERROR")) {
                extensions.put("requestId", UUID.randomUUID().toString());
            }
        }
        return error;
    }
}
