package dev.wearon.gateway.shoppers;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.jobs.WarmUp;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The table {@code gateway.shopper_tokens}. The look-up has no store as a parameter, because it finds the store by the hash of
 * the token. The removal is for all stores.
 */
@ApplicationScoped
public class ShopperTokens implements WarmUp {

    private static final String INSERT = """
            INSERT INTO gateway.shopper_tokens (
                id, store_id, key_id, token_hash, shopper, origin, max_generations, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + make_interval(secs => $8))
            RETURNING id, store_id, shopper, origin, expires_at,
                      (SELECT keys.key_hash
                         FROM gateway.store_api_keys AS keys
                        WHERE keys.id = shopper_tokens.key_id
                          AND keys.store_id = shopper_tokens.store_id) AS key_hash,
                      EXTRACT(EPOCH FROM expires_at - clock_timestamp())::FLOAT8 AS seconds_left
            """;

    private static final String FIND = """
            SELECT tokens.id, tokens.store_id, tokens.shopper, tokens.origin, keys.key_hash,
                   EXTRACT(EPOCH FROM tokens.expires_at - clock_timestamp())::FLOAT8 AS seconds_left
              FROM gateway.shopper_tokens AS tokens
              JOIN gateway.store_api_keys AS keys ON keys.id = tokens.key_id AND keys.store_id = tokens.store_id
             WHERE tokens.token_hash = $1
               AND tokens.expires_at > clock_timestamp()
            """;

    private static final String REMOVE_EXPIRED = """
            WITH expired AS MATERIALIZED (
                SELECT id
                  FROM gateway.shopper_tokens
                 WHERE expires_at < now() - make_interval(secs => $1)
                 ORDER BY expires_at
                 LIMIT $2
                   FOR UPDATE SKIP LOCKED)
            DELETE FROM gateway.shopper_tokens AS tokens
             USING expired
             WHERE tokens.id = expired.id
            """;

    /** The slots of a token are deleted with it. The shoppers are null for all of the store. */
    private static final String REMOVE = """
            DELETE FROM gateway.shopper_tokens
             WHERE store_id = $1
               AND id = ANY (ARRAY(SELECT id
                                     FROM gateway.shopper_tokens
                                    WHERE store_id = $1 AND shopper IS NOT NULL
                                      AND ($2::TEXT[] IS NULL OR shopper = ANY ($2))
                                      AND created_at < $4
                                    LIMIT $3))
            """;

    private static final String OF_SHOPPERS = """
            SELECT id, origin, max_generations, created_at, expires_at
              FROM gateway.shopper_tokens
             WHERE store_id = $1 AND shopper = ANY ($2)
             ORDER BY created_at DESC, id DESC
             LIMIT $3
            """;

    private final Statements statements;

    ShopperTokens(Statements statements) {
        this.statements = statements;
    }

    /**
     * A checked request of a store for a token.
     *
     * @param shopper as in {@link ShopperToken}
     * @param origin as browsers send it
     * @param maxGenerations the most try-ons that the token may create, 1 to 20
     */
    public record Request(Optional<String> shopper, String origin, int maxGenerations, Duration lifetime) {}

    /** @param left the time until the token expires, by the database's clock */
    record Found(ShopperToken token, Duration left) {}

    /** @param expiresAt by the database's clock, for the caller */
    record Inserted(Found found, Instant expiresAt) {}

    /** The look-up of an unknown token. */
    @Override
    public Uni<?> warmUp() {
        return find(TokenSecret.generate().hash());
    }

    Uni<Inserted> insert(String tokenHash, UUID storeId, UUID keyId, Request request) {
        Tuple values = Tuple.tuple()
                .addUUID(UuidCreator.getTimeOrderedEpoch())
                .addUUID(storeId)
                .addUUID(keyId)
                .addString(tokenHash)
                .addString(request.shopper().orElse(null))
                .addString(request.origin())
                .addInteger(request.maxGenerations())
                .addDouble(Statements.seconds(request.lifetime()));
        return statements
                .first(
                        INSERT,
                        values,
                        row -> new Inserted(
                                found(row), row.getOffsetDateTime("expires_at").toInstant()))
                .map(Optional::orElseThrow);
    }

    /** Finds a token that has not expired. */
    Uni<Optional<Found>> find(String tokenHash) {
        return statements.first(FIND, Tuple.of(tokenHash), ShopperTokens::found);
    }

    /** @return the number of tokens that were deleted with their slots, at most {@code limit} */
    Uni<Integer> removeExpired(Duration keptExpired, int limit) {
        return statements.count(REMOVE_EXPIRED, Tuple.of(Statements.seconds(keptExpired), limit));
    }

    /** A token without its secret. */
    public record Issued(UUID tokenId, String origin, int maxGenerations, Instant createdAt, Instant expiresAt) {}

    /** The newest tokens of shoppers with these names, also expired ones. */
    public Uni<List<Issued>> of(UUID storeId, List<String> shoppers, int limit) {
        return statements.list(
                OF_SHOPPERS,
                Tuple.of(storeId, shoppers.toArray(String[]::new), limit),
                row -> new Issued(
                        row.getUUID("id"),
                        row.getString("origin"),
                        row.getInteger("max_generations"),
                        row.getOffsetDateTime("created_at").toInstant(),
                        row.getOffsetDateTime("expires_at").toInstant()));
    }

    /**
     * Deletes tokens that name a shopper. A gateway that knows such a token lets it in until it expires.
     *
     * @param shoppers empty: all shoppers of the store
     * @param before only tokens that are from before this time
     * @return the number of deleted tokens, at most {@code limit}
     */
    public Uni<Integer> remove(UUID storeId, Optional<List<String>> shoppers, Instant before, int limit) {
        return statements.count(
                REMOVE,
                Tuple.tuple()
                        .addUUID(storeId)
                        .addArrayOfString(shoppers.map(names -> names.toArray(String[]::new))
                                .orElse(null))
                        .addInteger(limit)
                        .addOffsetDateTime(Statements.utc(before)));
    }

    private static Found found(Row row) {
        return new Found(
                new ShopperToken(
                        row.getUUID("id"),
                        row.getUUID("store_id"),
                        row.getString("key_hash"),
                        Optional.ofNullable(row.getString("shopper")),
                        row.getString("origin")),
                Statements.duration(row.getDouble("seconds_left")));
    }
}
