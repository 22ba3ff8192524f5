package dev.wearon.gateway.bounds;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Looks at the shape of a JSON body, whatever it is about. */
@ApplicationScoped
public class JsonShape {

    private static final JsonFactory JSON = new JsonFactory();

    /** What may be the name of a field; an API key may not. */
    private static final Pattern FIELD = Pattern.compile("(?!wk_)[a-zA-Z][a-zA-Z0-9_]{0,39}");

    private final int deepest;

    JsonShape(BoundsConfig config) {
        this.deepest = config.jsonDepth();
    }

    /**
     * What is wrong with {@code body}, in words for its client: nested too deeply, or a key twice in one object, of which
     * one program takes the first and another the last. Empty when nothing is, and when it is no JSON: whoever reads
     * it says so.
     */
    public Optional<String> complaint(byte[] body) {
        try (JsonParser json = JSON.createParser(body)) {
            return complaint(json);
        } catch (IOException noJson) {
            return Optional.empty();
        }
    }

    private Optional<String> complaint(JsonParser json) throws IOException {
        Deque<Set<String>> open = new ArrayDeque<>();
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            if (token.isStructStart()) {
                if (open.size() == deepest) {
                    return Optional.of("The body is nested more than " + deepest + " levels deep.");
                }
                open.push(new HashSet<>());
            } else if (token.isStructEnd()) {
                open.pop();
            } else if (token == JsonToken.FIELD_NAME && !open.element().add(json.currentName())) {
                return Optional.of(named(json.currentName()) + " is there twice in the same object.");
            }
        }
        return Optional.empty();
    }

    private static String named(String key) {
        return FIELD.matcher(key).matches() ? key : "A key of the body";
    }
}
