package dev.wearon.gateway.routing;

import java.util.HashMap;
import java.util.Map;

/**
 * Finds what belongs to a path, segment by segment. A name in braces stands for any one segment; where a literal segment
 * fits too, it wins.
 */
final class PathTree<T> {

    private final Map<String, PathTree<T>> literal = new HashMap<>();
    private PathTree<T> named;
    private T here;

    /** Later things at the same path take the place of earlier ones. */
    void put(String template, T thing) {
        PathTree<T> node = this;
        for (String segment : template.substring(1).split("/", -1)) {
            node = node.below(segment);
        }
        node.here = thing;
    }

    private PathTree<T> below(String segment) {
        if (!segment.startsWith("{")) {
            return literal.computeIfAbsent(segment, first -> new PathTree<>());
        }
        if (named == null) {
            named = new PathTree<>();
        }
        return named;
    }

    /** @return null when nothing belongs to it */
    T find(String path) {
        return find(path, 1);
    }

    private T find(String path, int from) {
        if (from > path.length()) {
            return here;
        }
        int slash = path.indexOf('/', from);
        int end = slash < 0 ? path.length() : slash;
        PathTree<T> next = literal.get(path.substring(from, end));
        T found = next == null ? null : next.find(path, end + 1);
        return found == null && named != null && end > from ? named.find(path, end + 1) : found;
    }
}
