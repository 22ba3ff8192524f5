package dev.wearon.storage.upkeep;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How many of what was looked at are orphans, the first of them by name. Filled by one search, page after page.
 *
 * @param <T> what an orphan of this kind is known by
 */
final class Tally<T> {

    /** So many are remembered; the next search meets the others. */
    static final int MAX_LISTED = 1_000;

    private final Function<T, Instant> since;
    private final List<T> first = new ArrayList<>();
    private long checked;
    private long count;
    private Instant oldest;

    /** @param since from when on an orphan was there */
    Tally(Function<T, Instant> since) {
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
     * What may be removed. When more than half of everything is an orphan, rather the wrong folder, bucket or database
     * is looked at: then nothing, unless they are so few that little is lost.
     */
    List<T> removable(long safeCount) {
        return count <= safeCount || count <= checked / 2 ? first() : List.of();
    }
}
