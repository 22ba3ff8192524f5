package dev.wearon.gateway.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.wearon.gateway.limits.Verdict.WindowState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The calls that this gateway has counted in Redis in advance. Redis counts a whole slice of calls in one script call. Then
 * the gateway passes these calls without Redis.
 *
 * <p>Only windows of a store with more than {@value #COUNTED_SINGLY} calls per minute have slices. All windows of a request
 * must have them, because a slice is counted in all of its windows or in none. The slices of all gateways together are at
 * most a twentieth of each limit. A slice ends with its shortest window, when Redis does not count its calls any more.
 */
final class Slices {

    /** Up to this limit per minute every call is counted by itself. */
    private static final int COUNTED_SINGLY = 600;

    private static final int PARTS = 20;
    private static final long MINUTE = 60;

    private final int gateways;
    private final Cache<String, Slice> slices;

    /**
     * @param gateways how many gateways share the limits
     * @param max the maximum number of slices; if there are more, the least recently used ones are discarded
     */
    Slices(int gateways, int max) {
        this.gateways = gateways;
        this.slices = Caffeine.newBuilder()
                .maximumSize(max)
                .expireAfterAccess(Duration.ofSeconds(2 * MINUTE))
                .build();
    }

    /** The size of a slice of these windows; 1 if each call is counted by itself. */
    int size(List<Window> windows) {
        long perMinute = Long.MAX_VALUE;
        for (Window window : windows) {
            perMinute = Math.min(perMinute, window.kind().isOfStore() ? perMinute(window) : 0);
        }
        return perMinute <= COUNTED_SINGLY ? 1 : (int) Math.max(1, perMinute / PARTS / gateways);
    }

    private static long perMinute(Window window) {
        return window.limit() * MINUTE / window.kind().seconds();
    }

    /** The slice of these windows, which may be empty. */
    Slice of(List<Window> windows) {
        return slices.get(windows.getFirst().key(), first -> new Slice());
    }

    /** Adds the unused calls of a slice to what is left of its windows, because Redis has counted them already. */
    Verdict withUnused(Verdict verdict, long nanos) {
        Slice slice = slices.getIfPresent(verdict.windows().getFirst().window().key());
        return slice == null || !verdict.passes() ? verdict : slice.addUnusedTo(verdict, nanos);
    }

    /** Is used by all event loops. */
    static final class Slice {

        private Verdict counted = new Verdict(0, 0, List.of());
        private long askedAt;
        private long lifetime;
        private int unused;
        private boolean isAsked;

        /** Whether a slice was lost, and when. */
        private boolean wasLost;

        private long lostAt;

        /**
         * Passes one call.
         *
         * @param windows of the request. They differ from those of the slice if the limit of the store was changed
         * @param nanos the time of {@link System#nanoTime}, here and below
         * @return empty if the slice is used up or has ended
         */
        synchronized Optional<Verdict> take(List<Window> windows, long nanos) {
            if (unused(nanos) == 0 || !isOf(windows)) {
                return Optional.empty();
            }
            unused--;
            return Optional.of(withUnused(1, counted.nowMs() + TimeUnit.NANOSECONDS.toMillis(nanos - askedAt)));
        }

        /** Whether this request shall ask for the next slice. Only one request at a time does, and only without a slice. */
        synchronized boolean ask(List<Window> windows, long nanos) {
            if (isAsked || isLost(nanos) || (unused(nanos) > 0 && isOf(windows))) {
                return false;
            }
            isAsked = true;
            return true;
        }

        /**
         * Begins the slice that Redis has counted, and passes its first call.
         *
         * @param asked the time before the request to Redis, so that the slice ends no later than in Redis
         */
        synchronized Verdict begin(Verdict answer, long asked) {
            isAsked = false;
            counted = answer;
            askedAt = asked;
            lifetime = TimeUnit.SECONDS.toNanos(answer.windows().stream()
                    .mapToInt(state -> state.window().kind().seconds())
                    .min()
                    .orElseThrow());
            unused = Math.max(0, answer.counted() - 1);
            return withUnused(answer.counted(), answer.nowMs());
        }

        /** Redis was not asked for the next slice. */
        synchronized void notAsked() {
            isAsked = false;
        }

        /**
         * Redis has not answered the request for the next slice. It may have counted it: then its calls are lost. The next
         * slice is asked for a minute later, so that a slow Redis takes at most one slice a minute from a store.
         */
        synchronized void lost(long nanos) {
            isAsked = false;
            wasLost = true;
            lostAt = nanos;
        }

        private boolean isLost(long nanos) {
            return wasLost && nanos - lostAt < TimeUnit.SECONDS.toNanos(MINUTE);
        }

        private int unused(long nanos) {
            return nanos - askedAt < lifetime ? unused : 0;
        }

        /** Slices with the same first window have the same windows, so only the limits may differ. */
        private boolean isOf(List<Window> windows) {
            List<WindowState> own = counted.windows();
            if (own.size() != windows.size()) {
                return false;
            }
            for (int i = 0; i < own.size(); i++) {
                if (own.get(i).window().limit() != windows.get(i).limit()) {
                    return false;
                }
            }
            return true;
        }

        private Verdict withUnused(int calls, long nowMs) {
            List<WindowState> states = new ArrayList<>(counted.windows().size());
            for (WindowState state : counted.windows()) {
                states.add(state.withMoreLeft(unused));
            }
            return new Verdict(calls, nowMs, states);
        }

        private synchronized Verdict addUnusedTo(Verdict verdict, long nanos) {
            int more = unused(nanos);
            return new Verdict(
                    verdict.counted(),
                    verdict.nowMs(),
                    verdict.windows().stream()
                            .map(state -> has(state.window()) ? state.withMoreLeft(more) : state)
                            .toList());
        }

        private boolean has(Window window) {
            return counted.windows().stream().anyMatch(state -> state.window().equals(window));
        }
    }
}
