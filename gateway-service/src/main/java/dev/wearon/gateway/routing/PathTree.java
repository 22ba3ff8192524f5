package dev.wearon.gateway.routing;

import java.util.HashMap;
import java.util.Map;

/**
 * Finds a value by path, segment by segment. A name in braces matches any one segment. A literal segment takes precedence.
 */
final class PathTree<T> {

    private final Map<String, PathTree<T>> literal = new HashMap<>();
    private PathTree<T> named;
    private T value;

    /** A later value replaces an earlier one at the same path. */
    void put(String template, T value) {
        PathTree<T> node = this;
        for (String segment : template.substring(1).split("/", -1)) {
            node = node.below(segment);
        }
        node.value = value;
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

    /** @return null if no path matches */
    T find(String path) {
        return find(path, 1);
    }

    private T find(String path, int from) {
        if (from > path.length()) {
            return value;
        }
        int slash = path.indexOf('/', from);
        int end = slash < 0 ? path.length() : slash;
        PathTree<T> next = literal.get(path.substring(from, end));
        T found = next == null ? null : next.find(path, end + 1);
        return found == null && named != null && end > from ? named.find(path, end + 1) : found;
    }
}
