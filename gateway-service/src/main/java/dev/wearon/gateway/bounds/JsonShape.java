package dev.wearon.gateway.bounds;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks the structure of a JSON body, independent of its content, and collects the fields that its route ignores. */
@Singleton
public class JsonShape {

    private static final JsonFactory JSON = new JsonFactory();

    /** A path of names that may appear in a message; a key or a token may not, not even as a part of a name. */
    private static final Pattern FIELD =
            Pattern.compile("(?!.*(wk_|wst_))(\\.[a-zA-Z][a-zA-Z0-9_]{0,39}|\\[[0-9]{1,9}]){1,9}");

    private final int maxDepth;

    JsonShape(BoundsConfig config) {
        this.maxDepth = config.jsonDepth();
    }

    /**
     * Returns a message for the client if the body is nested too deeply, or has a duplicate key: some programs read the first
     * value, some the last one. Empty if neither is true, or if the body is not JSON, which its reader refuses.
     */
    Optional<String> violation(byte[] body, IgnoredFields ignored) {
        try (JsonParser json = JSON.createParser(body)) {
            return violation(json, ignored);
        } catch (IOException noJson) {
            return Optional.empty();
        }
    }

    private Optional<String> violation(JsonParser json, IgnoredFields ignored) throws IOException {
        Deque<Set<String>> open = new ArrayDeque<>();
        int depthOfFields = ignored.depth();
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            if (token.isStructStart()) {
                if (open.size() == maxDepth) {
                    return Optional.of("The body is nested more than " + maxDepth + " levels deep.");
                }
                open.push(new HashSet<>());
            } else if (token.isStructEnd()) {
                open.pop();
            } else if (token == JsonToken.FIELD_NAME) {
                if (!open.element().add(json.currentName())) {
                    return Optional.of(named(json.getParsingContext()).orElse("A key of the body")
                            + " is there twice in the same object.");
                }
                // To name a field costs more than to read it.
                if (open.size() <= depthOfFields) {
                    ignored.see(json.getParsingContext());
                }
            }
        }
        return Optional.empty();
    }

    /** The path of the current key, for example {@code files[2].size}; empty if a message should not contain it. */
    static Optional<String> named(JsonStreamContext key) {
        StringBuilder path = new StringBuilder();
        for (JsonStreamContext step = key; !step.inRoot(); step = step.getParent()) {
            path.insert(0, step.inArray() ? "[" + step.getCurrentIndex() + "]" : "." + step.getCurrentName());
        }
        return FIELD.matcher(path).matches() ? Optional.of(path.toString().replaceFirst("^\\.", "")) : Optional.empty();
    }
}
