package dev.wearon.gateway.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.wearon.gateway.keys.ActiveKeys.Changes;
import dev.wearon.gateway.keys.ActiveKeys.Found;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Checks the key of a request, from memory when the database said yes and nothing has changed since. */
@ApplicationScoped
public class KnownKeys {

    private static final KeyCheck REFUSED = new KeyCheck.Refused();
    private static final KeyCheck TOO_MANY = new KeyCheck.TooMany();

    /** An answer that took longer is not kept, nor shared with who asks later: it may be older than a change. */
    private static final long FRESH = Duration.ofMillis(250).toNanos();

    private static final Duration LONG = Duration.ofDays(1_000);

    private final ActiveKeys keys;
    private final LookupBudget strangers;
    private final long maxStaleness;
    private final long cacheTtl;
    private final long recently;
    private final Cache<ApiKey, Known> known;
    private final Map<ApiKey, Lookup> running = new ConcurrentHashMap<>();
    private volatile Uni<KeyCheck> latest = Uni.createFrom().item(REFUSED);
    private volatile long heardAt = System.nanoTime();

    KnownKeys(ActiveKeys keys, KeysConfig config) {
        this.keys = keys;
        this.strangers = new LookupBudget(config.unknownPerSecond());
        this.maxStaleness = config.maxStaleness().toNanos();
        this.cacheTtl = config.cacheTtl().toNanos();
        this.recently = config.pollEvery().multipliedBy(4).toNanos();
        this.known = Caffeine.newBuilder()
                .maximumSize(config.cacheSize())
                .expireAfter(Expiry.<ApiKey, Known>writing((key, entry) -> entry.left()))
                .build();
    }

    /** @param doubted one of its rows was written since: it must be looked up before it is used again */
    private record Known(Found found, long askedAt, boolean doubted) {

        /** A rotated key ends here as in the database, counted from the question. */
        Duration left() {
            Duration passed = Duration.ofNanos(System.nanoTime() - askedAt);
            Duration left = found.left().orElse(LONG).minus(passed);
            return left.isNegative() ? Duration.ZERO : left;
        }
    }

    private record Lookup(long askedAt, Uni<KeyCheck> answer) {}

    /**
     * @param authorization every {@code Authorization} header of the request
     * @return fails when the database cannot be asked and would have to be; may answer on another thread. It must be
     *     subscribed to
     */
    public Uni<KeyCheck> check(List<String> authorization) {
        Optional<ApiKey> offered = ApiKey.fromHeaders(authorization);
        if (offered.isEmpty()) {
            return Uni.createFrom().item(REFUSED);
        }
        ApiKey key = offered.get();
        Known entry = known.getIfPresent(key);
        if (entry == null) {
            return lookUpStranger(key);
        }
        long silence = System.nanoTime() - heardAt;
        if (silence > maxStaleness) {
            return Uni.createFrom().failure(() -> unheard(silence));
        }
        if (entry.doubted()) {
            return lookUp(key);
        }
        KeyCheck check = entry.found().check();
        // While the database is away there is no use in asking it.
        return silence < recently && System.nanoTime() - entry.askedAt() > cacheTtl
                ? lookUp(key).onFailure().recoverWithItem(check)
                : Uni.createFrom().item(check);
    }

    private static Throwable unheard(long silence) {
        return new IllegalStateException(
                "No changes could be asked for in " + Duration.ofNanos(silence).toSeconds() + " s");
    }

    /** Takes in what was written since the last time. @param askedAt when that was asked for */
    void heard(Changes changes, long askedAt) {
        // Mostly there are none, and thousands of keys.
        if (!changes.areNone()) {
            known.asMap().forEach((key, entry) -> {
                if (changes.concern(entry.found())) {
                    known.asMap().replace(key, entry, new Known(entry.found(), entry.askedAt(), true));
                }
            });
        }
        heardAt = askedAt;
    }

    /** For how long nothing was heard, in seconds. */
    double silenceSeconds() {
        return (System.nanoTime() - heardAt) / 1e9;
    }

    /**
     * Only an answer makes a key a stranger's: a look-up that fails is given back, and who comes when there are too many
     * shares the outcome of the latest one.
     */
    private Uni<KeyCheck> lookUpStranger(ApiKey key) {
        if (isFresh(running.get(key))) {
            return lookUp(key);
        }
        long now = System.nanoTime();
        if (!strangers.take(now)) {
            return latest.replaceWith(TOO_MANY);
        }
        Uni<KeyCheck> lookup = lookUp(key).onItemOrFailure().invoke((check, fault) -> {
            if (fault != null || check instanceof KeyCheck.Valid) {
                strangers.giveBack(now);
            }
        });
        // Not read again below: by then it may be the look-up of somebody else's key.
        Uni<KeyCheck> shared = lookup.memoize().indefinitely();
        latest = shared;
        return shared;
    }

    /** Many requests with one key ask once. */
    private Uni<KeyCheck> lookUp(ApiKey key) {
        Lookup lookup = running.compute(key, (same, other) -> isFresh(other) ? other : start(same));
        return lookup.answer().onTermination().invoke(() -> running.remove(key, lookup));
    }

    private static boolean isFresh(Lookup lookup) {
        return lookup != null && System.nanoTime() - lookup.askedAt() < FRESH;
    }

    private Lookup start(ApiKey key) {
        long askedAt = System.nanoTime();
        return new Lookup(
                askedAt,
                keys.find(key)
                        .map(found -> settle(key, found, askedAt))
                        .memoize()
                        .indefinitely());
    }

    private KeyCheck settle(ApiKey key, Optional<Found> answer, long askedAt) {
        if (answer.isEmpty()) {
            // Only what was found is kept: strangers must not be able to fill the memory.
            known.invalidate(key);
            return REFUSED;
        }
        if (System.nanoTime() - askedAt < FRESH) {
            known.put(key, new Known(answer.get(), askedAt, false));
        }
        return answer.get().check();
    }
}
