package dev.wearon.storage.upkeep;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The result of a search for one kind of orphans: the number of checked entries and of orphans, and the first orphans.
 *
 * @param <T> an orphan of this kind
 */
final class OrphanCount<T> {

    /** The most orphans that one search lists. The next search finds the others. */
    static final int MAX_LISTED = 1_000;

    private final Function<T, Instant> since;
    private final List<T> first = new ArrayList<>();
    private long checked;
    private long count;
    private Instant oldest;

    /** @param since returns the time at which an orphan was created */
    OrphanCount(Function<T, Instant> since) {
        this.since = since;
    }

    void checked(int more) {
        checked += more;
    }

    void found(List<T> orphans) {
        count += orphans.size();
        for (T orphan : orphans) {
            if (first.size() < MAX_LISTED) {
                first.add(orphan);
            }
            if (oldest == null || since.apply(orphan).isBefore(oldest)) {
                oldest = since.apply(orphan);
            }
        }
    }

    long checked() {
        return checked;
    }

    long count() {
        return count;
    }

    List<T> first() {
        return List.copyOf(first);
    }

    Optional<Instant> oldest() {
        return Optional.ofNullable(oldest);
    }

    /**
     * Returns the orphans that may be removed. If more than half of the entries are orphans, the folder, bucket or
     * database is probably the wrong one. Then none may be removed, unless there are at most {@code safeCount}.
     */
    List<T> removable(long safeCount) {
        return count <= safeCount || count <= checked / 2 ? first() : List.of();
    }
}
