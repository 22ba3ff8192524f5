package dev.wearon.gateway.bounds;

import com.fasterxml.jackson.core.JsonStreamContext;
import dev.wearon.gateway.routing.KnownFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names the fields of a body that its route ignores, so that a developer finds a misspelled field. The value of the header has
 * at most ten names, and the number of all others: {@code seed, files[0].alt, +2}. It has no values, and no name that could
 * contain a secret or does not fit into a header.
 */
class IgnoredFields {

    static final String HEADER = "X-Ignored-Fields";

    private static final int MAX_NAMED = 10;

    /** Every known field has such a name. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_]{1,40}");

    /** Stands for any other name, so that its characters are not read as a path. */
    private static final String NO_NAME = "?";

    private final KnownFields known;
    private final List<String> named = new ArrayList<>();
    private int others;

    IgnoredFields(KnownFields known) {
        this.known = known;
    }

    /** The deepest level of the body that has known fields; the fields of the body are level 1. 0 if the route has none. */
    int depth() {
        return known.depth();
    }

    /** @param key the position of the parser at the name of a field, at most {@link #depth} levels deep */
    void see(JsonStreamContext key) {
        String object = lists(key.getParent());
        if (!known.hasFieldsAt(object) || known.paths().contains(join(object, key.getCurrentName()))) {
            return;
        }
        Optional<String> path =
                named.size() < MAX_NAMED && isName(key.getCurrentName()) ? JsonShape.named(key) : Optional.empty();
        if (path.isPresent()) {
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
        String name = isName(field) ? field : NO_NAME;
        return object.isEmpty() ? name : object + "." + name;
    }

    private static boolean isName(String field) {
        return NAME.matcher(field).matches();
    }
}
