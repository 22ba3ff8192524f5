package dev.wearon.generation.reconciliation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** The mismatches of one comparison: the count and the first items of each class, added page by page. */
final class ComparisonResult {

    /** @param createdAt the time of the session, or of a charge without a session */
    record Item(UUID sessionId, UUID storeId, Instant createdAt) {}

    private static final class Items {
        private final List<Item> first = new ArrayList<>();
        private long count;
    }

    private final int limit;
    private final Map<Mismatch, Items> found = new EnumMap<>(Mismatch.class);
    private long sessions;
    private long charges;

    /** @param limit how many items of each class are kept */
    ComparisonResult(int limit) {
        this.limit = limit;
        for (Mismatch mismatch : Mismatch.values()) {
            found.put(mismatch, new Items());
        }
    }

    void addSessions(int more) {
        sessions += more;
    }

    void addCharges(int more) {
        charges += more;
    }

    void add(Mismatch mismatch, List<Item> more) {
        Items items = found.get(mismatch);
        items.count += more.size();
        items.first.addAll(more.subList(0, Math.min(more.size(), limit - items.first.size())));
    }

    long sessions() {
        return sessions;
    }

    long charges() {
        return charges;
    }

    long count(Mismatch mismatch) {
        return found.get(mismatch).count;
    }

    List<Item> first(Mismatch mismatch) {
        return List.copyOf(found.get(mismatch).first);
    }

    /** Maps the name of each class on the wire to a value. */
    static <T> Map<String, T> perMismatch(Function<Mismatch, T> value) {
        Map<String, T> all = new LinkedHashMap<>();
        for (Mismatch mismatch : Mismatch.values()) {
            all.put(mismatch.wire(), value.apply(mismatch));
        }
        return all;
    }
}
