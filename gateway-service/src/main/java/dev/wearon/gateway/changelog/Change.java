package dev.wearon.gateway.changelog;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The changed fields by their names on the wire. A null in a map means that the field has no value.
 *
 * @param before the map itself is null if the subject is new
 * @param after the map itself is null if the subject was removed
 */
public record Change(Map<String, Object> before, Map<String, Object> after) {

    /** Describes a new subject. Omits fields without a value. */
    public static Change created(Map<String, ?> fields) {
        Map<String, Object> after = new TreeMap<>(fields);
        after.values().removeIf(Objects::isNull);
        return new Change(null, after);
    }

    /** Describes the fields that differ. Both maps must have the same fields. */
    public static Change between(Map<String, ?> old, Map<String, ?> now) {
        Map<String, Object> before = new TreeMap<>();
        Map<String, Object> after = new TreeMap<>();
        now.forEach((field, value) -> {
            if (!same(old.get(field), value)) {
                before.put(field, old.get(field));
                after.put(field, value);
            }
        });
        return new Change(before, after);
    }

    public boolean isEmpty() {
        return before != null && after != null && before.isEmpty() && after.isEmpty();
    }

    /** 9.90 and 9.9 are the same price. */
    private static boolean same(Object old, Object now) {
        return old instanceof BigDecimal one && now instanceof BigDecimal other
                ? one.compareTo(other) == 0
                : Objects.equals(old, now);
    }
}
