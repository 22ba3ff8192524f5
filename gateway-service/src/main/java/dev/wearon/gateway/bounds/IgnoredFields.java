package dev.wearon.gateway.bounds;

import com.fasterxml.jackson.core.JsonStreamContext;
import dev.wearon.gateway.routing.KnownFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names the fields of a body that its route ignores, so that a developer finds a misspelled field. The value of the header has
 * at most ten names, and the number of all others: {@code seed, files[0].alt, +2}. It has no values, and no name that could be a
 * secret or does not fit into a header.
 */
final class IgnoredFields {

    static final String HEADER = "X-Ignored-Fields";

    private static final int MAX_NAMED = 10;

    private final KnownFields known;
    private final List<String> named = new ArrayList<>();
    private int others;

    IgnoredFields(KnownFields known) {
        this.known = known;
    }

    /** @param key the position of the parser at the name of a field */
    void see(JsonStreamContext key) {
        String object = lists(key.getParent());
        if (!known.hasFieldsAt(object) || known.paths().contains(join(object, key.getCurrentName()))) {
            return;
        }
        Optional<String> path = JsonShape.named(key);
        if (path.isPresent() && named.size() < MAX_NAMED) {
            named.add(path.get());
        } else {
            others++;
        }
    }

    /** Empty if no field was ignored. */
    Optional<String> header() {
        List<String> all = new ArrayList<>(named);
        if (others > 0) {
            all.add("+" + others);
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", all));
    }

    /** The path of an object, with {@code []} for each list around it. */
    private static String lists(JsonStreamContext object) {
        if (object.inRoot()) {
            return "";
        }
        String outside = lists(object.getParent());
        return object.inArray() ? outside + "[]" : join(outside, object.getCurrentName());
    }

    private static String join(String object, String field) {
        return object.isEmpty() ? field : object + "." + field;
    }
}
