package dev.wearon.gateway.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.wearon.gateway.keys.ActiveKeys.Changes;
import dev.wearon.gateway.keys.ActiveKeys.Found;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Checks API keys, which it knows by their hashes. Uses a cached result until the key or its store changes. */
@Singleton
public class KeyCache {

    private static final KeyCheck REFUSED = new KeyCheck.Refused();
    private static final KeyCheck TOO_MANY = new KeyCheck.TooMany();

    /** A look-up that took longer is not cached, and later requests do not share it: it may be older than a change. */
    private static final long MAX_SHARED_AGE = Duration.ofMillis(250).toNanos();

    private static final Duration NO_END = Duration.ofDays(1_000);

    private final ActiveKeys keys;
    private final LookupBudget unknownKeys;
    private final long maxStaleness;
    private final long cacheTtl;
    private final long pollGrace;
    private final Cache<String, Entry> cache;
    private final Map<String, Lookup> lookups = new ConcurrentHashMap<>();
    private volatile Uni<KeyCheck> latestLookup = Uni.createFrom().item(REFUSED);
    private volatile long polledAt = System.nanoTime();

    KeyCache(ActiveKeys keys, LookupBudget unknownKeys, KeysConfig config) {
        this.keys = keys;
        this.unknownKeys = unknownKeys;
        this.maxStaleness = config.maxStaleness().toNanos();
        this.cacheTtl = config.cacheTtl().toNanos();
        this.pollGrace = config.pollEvery().multipliedBy(4).toNanos();
        this.cache = Caffeine.newBuilder()
                .maximumSize(config.cacheSize())
                .expireAfter(Expiry.<String, Entry>writing((key, entry) -> entry.left()))
                .build();
    }

    /** @param stale the key or its store was changed: it must be looked up again before use */
    private record Entry(Found found, long askedAt, boolean stale) {

        /** The remaining lifetime of the key, measured from the time of the query. */
        Duration left() {
            Duration passed = Duration.ofNanos(System.nanoTime() - askedAt);
            Duration left = found.left().orElse(NO_END).minus(passed);
            return left.isNegative() ? Duration.ZERO : left;
        }
    }

    private record Lookup(long askedAt, Uni<KeyCheck> answer) {}

    /**
     * @param authorization all {@code Authorization} headers of the request
     * @return must be subscribed to. May complete on another thread. Fails if the key must be looked up and the database is
     *     unreachable
     */
    public Uni<KeyCheck> check(List<String> authorization) {
        return ApiKey.fromHeaders(authorization).map(key -> check(key.hash())).orElseGet(() -> Uni.createFrom()
                .item(REFUSED));
    }

    /**
     * Checks the key with this hash, for a caller whose access depends on the key.
     *
     * @return as above
     */
    public Uni<KeyCheck> check(String keyHash) {
        Entry entry = cache.getIfPresent(keyHash);
        if (entry == null) {
            return lookUpUnknown(keyHash);
        }
        long staleness = System.nanoTime() - polledAt;
        if (staleness > maxStaleness) {
            return Uni.createFrom().failure(() -> tooStale(staleness));
        }
        if (entry.stale()) {
            return lookUp(keyHash);
        }
        KeyCheck check = entry.found().check();
        // A refresh is pointless while the database is unreachable.
        return staleness < pollGrace && System.nanoTime() - entry.askedAt() > cacheTtl
                ? lookUp(keyHash).onFailure().recoverWithItem(check)
                : Uni.createFrom().item(check);
    }

    private static Throwable tooStale(long staleness) {
        return new IllegalStateException("Changes of keys could not be read for "
                + Duration.ofNanos(staleness).toSeconds() + " s");
    }

    /**
     * Marks the changed entries as stale.
     *
     * @param askedAt when the changes were queried
     */
    void apply(Changes changes, long askedAt) {
        // Avoids the scan over thousands of keys: mostly nothing has changed.
        if (!changes.isEmpty()) {
            cache.asMap().forEach((key, entry) -> {
                if (changes.affect(entry.found())) {
                    cache.asMap().replace(key, entry, new Entry(entry.found(), entry.askedAt(), true));
                }
            });
        }
        polledAt = askedAt;
    }

    /** Seconds since the last successful poll. */
    double stalenessSeconds() {
        return (System.nanoTime() - polledAt) / 1e9;
    }

    /**
     * A look-up counts against the limit only if its key does not exist; otherwise it is given back. If there are too many
     * look-ups, the request shares the outcome of the latest one.
     */
    private Uni<KeyCheck> lookUpUnknown(String keyHash) {
        if (isFresh(lookups.get(keyHash))) {
            return lookUp(keyHash);
        }
        long now = System.nanoTime();
        if (!unknownKeys.take(now)) {
            return latestLookup.replaceWith(TOO_MANY);
        }
        Uni<KeyCheck> lookup = lookUp(keyHash).onItemOrFailure().invoke((check, fault) -> {
            if (fault != null || check instanceof KeyCheck.Valid) {
                unknownKeys.giveBack(now);
            }
        });
        // Keeps a local reference: another request may replace the field at any time.
        Uni<KeyCheck> shared = lookup.memoize().indefinitely();
        latestLookup = shared;
        return shared;
    }

    /** Concurrent requests with the same key share one look-up. */
    private Uni<KeyCheck> lookUp(String keyHash) {
        Lookup lookup = lookups.compute(keyHash, (same, other) -> isFresh(other) ? other : start(same));
        return lookup.answer().onTermination().invoke(() -> lookups.remove(keyHash, lookup));
    }

    private static boolean isFresh(Lookup lookup) {
        return lookup != null && System.nanoTime() - lookup.askedAt() < MAX_SHARED_AGE;
    }

    private Lookup start(String keyHash) {
        long askedAt = System.nanoTime();
        return new Lookup(
                askedAt,
                keys.find(keyHash)
                        .map(found -> settle(keyHash, found, askedAt))
                        .memoize()
                        .indefinitely());
    }

    private KeyCheck settle(String keyHash, Optional<Found> answer, long askedAt) {
        if (answer.isEmpty()) {
            // Unknown keys are not cached: they could fill the memory.
            cache.invalidate(keyHash);
            return REFUSED;
        }
        if (System.nanoTime() - askedAt < MAX_SHARED_AGE) {
            cache.put(keyHash, new Entry(answer.get(), askedAt, false));
        }
        return answer.get().check();
    }
}
