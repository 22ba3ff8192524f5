package dev.wearon.gateway.shoppers;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.wearon.gateway.keys.KeyCache;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.keys.LookupBudget;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Issues shopper tokens and checks those of requests. A token never changes, so it is cached until it expires; its key is checked
 * each time.
 */
@Singleton
public class TokenCache {

    private static final TokenCheck REFUSED = new TokenCheck.Refused();
    private static final TokenCheck TOO_MANY = new TokenCheck.TooMany();

    private final ShopperTokens tokens;
    private final KeyCache keys;
    private final LookupBudget unknown;
    private final Cache<String, Entry> cache;

    TokenCache(ShopperTokens tokens, KeyCache keys, ShopperTokensConfig config) {
        this.tokens = tokens;
        this.keys = keys;
        this.unknown = new LookupBudget(config.unknownPerSecond());
        this.cache = Caffeine.newBuilder()
                .maximumSize(config.cacheSize())
                .expireAfter(Expiry.<String, Entry>writing((hash, entry) -> entry.left()))
                .build();
    }

    private record Entry(ShopperTokens.Found found, long askedAt) {

        /** Measured from the time of the query, so that two clocks are never compared. */
        Duration left() {
            Duration left = found.left().minusNanos(System.nanoTime() - askedAt);
            return left.isNegative() ? Duration.ZERO : left;
        }
    }

    /** Whether the caller means a shopper token and not an API key. */
    public static boolean isOffered(List<String> authorization) {
        return TokenSecret.isOffered(authorization);
    }

    /**
     * Issues a token. This gateway then knows it without a look-up.
     *
     * @param keyId the key of the request; it belongs to the store
     */
    public Uni<IssuedToken> issue(UUID storeId, UUID keyId, ShopperTokens.Request request) {
        TokenSecret secret = TokenSecret.generate();
        return Uni.createFrom().deferred(() -> {
            long askedAt = System.nanoTime();
            return tokens.insert(secret.hash(), storeId, keyId, request)
                    .invoke(inserted -> cache.put(secret.hash(), new Entry(inserted.found(), askedAt)))
                    .map(inserted -> new IssuedToken(secret.value(), inserted.expiresAt()));
        });
    }

    /**
     * @param authorization all {@code Authorization} headers of the request
     * @return must be subscribed to. May complete on another thread. Fails if the token or its key must be looked up and the
     *     database is unreachable
     */
    public Uni<TokenCheck> check(List<String> authorization) {
        Optional<String> hash = TokenSecret.fromHeaders(authorization).map(TokenSecret::hash);
        if (hash.isEmpty()) {
            return Uni.createFrom().item(REFUSED);
        }
        Entry entry = cache.getIfPresent(hash.get());
        return entry == null ? lookUp(hash.get()) : withKey(entry.found().token());
    }

    private Uni<TokenCheck> lookUp(String hash) {
        long askedAt = System.nanoTime();
        if (!unknown.take(askedAt)) {
            return Uni.createFrom().item(TOO_MANY);
        }
        return tokens.find(hash)
                .onItemOrFailure()
                .invoke((found, fault) -> {
                    if (fault != null || found.isPresent()) {
                        unknown.giveBack(askedAt);
                    }
                })
                .chain(found -> {
                    found.ifPresent(known -> cache.put(hash, new Entry(known, askedAt)));
                    return found.map(known -> withKey(known.token()))
                            .orElseGet(() -> Uni.createFrom().item(REFUSED));
                });
    }

    private Uni<TokenCheck> withKey(ShopperToken token) {
        return keys.check(token.keyHash()).map(check -> switch (check) {
            case KeyCheck.Valid key -> new TokenCheck.Valid(token, key);
            case KeyCheck.Refused() -> REFUSED;
            case KeyCheck.TooMany() -> TOO_MANY;
        });
    }
}
