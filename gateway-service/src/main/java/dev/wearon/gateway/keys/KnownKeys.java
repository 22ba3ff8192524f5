package dev.wearon.gateway.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Checks the key of a request, from memory when the database said yes a moment ago. */
@ApplicationScoped
public class KnownKeys {

    private static final Duration LONGEST = Duration.ofSeconds(1);
    private static final KeyCheck REFUSED = new KeyCheck.Refused();

    private final ApiKeys keys;
    private final Cache<ApiKey, Found> found;

    KnownKeys(ApiKeys keys, KeysConfig config) {
        if (config.remembered().compareTo(LONGEST) > 0) {
            throw new IllegalStateException("WEARON_KEYS_REMEMBERED must be at most " + LONGEST.toMillis()
                    + " ms: a revoked key stops within a second");
        }
        this.keys = keys;
        this.found = Caffeine.newBuilder()
                .maximumSize(config.rememberedCount())
                .expireAfter(Expiry.<ApiKey, Found>creating((key, entry) -> entry.left(config.remembered())))
                .build();
    }

    private record Found(KeyCheck.Valid check, long askedAtNanos) {

        /** The answer is as old as the question, however long the database took. */
        Duration left(Duration lifetime) {
            Duration left = lifetime.minusNanos(System.nanoTime() - askedAtNanos);
            return left.isNegative() ? Duration.ZERO : left;
        }
    }

    /**
     * @param authorization every {@code Authorization} header of the request
     * @return fails when the database cannot be asked in time
     */
    public Uni<KeyCheck> check(List<String> authorization) {
        Optional<ApiKey> offered = ApiKey.fromHeaders(authorization);
        if (offered.isEmpty()) {
            return Uni.createFrom().item(REFUSED);
        }
        Found known = found.getIfPresent(offered.get());
        return known == null ? lookUp(offered.get()) : Uni.createFrom().item(known.check());
    }

    private Uni<KeyCheck> lookUp(ApiKey key) {
        long askedAt = System.nanoTime();
        return keys.findActive(key).map(valid -> {
            // Only what was found is kept: strangers must not be able to fill the memory.
            valid.ifPresent(check -> found.put(key, new Found(check, askedAt)));
            return valid.<KeyCheck>map(check -> check).orElse(REFUSED);
        });
    }
}
