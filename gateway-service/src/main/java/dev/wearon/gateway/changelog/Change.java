package dev.wearon.gateway.changelog;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The fields that changed, by their names on the wire, with a null where there is no value.
 *
 * @param before null for what was not there before
 * @param after null for what is not there any more
 */
public record Change(Map<String, Object> before, Map<String, Object> after) {

    /** Something new. Fields without a value are left out. */
    public static Change made(Map<String, ?> fields) {
        Map<String, Object> after = new TreeMap<>(fields);
        after.values().removeIf(Objects::isNull);
        return new Change(null, after);
    }

    /** What differs; both maps name the same fields. */
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

    public boolean isNone() {
        return before != null && after != null && before.isEmpty() && after.isEmpty();
    }

    /** 9.90 and 9.9 are one price. */
    private static boolean same(Object old, Object now) {
        return old instanceof BigDecimal one && now instanceof BigDecimal other
                ? one.compareTo(other) == 0
                : Objects.equals(old, now);
    }
}
