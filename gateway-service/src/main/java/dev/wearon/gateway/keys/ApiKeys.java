package dev.wearon.gateway.keys;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.gateway.changelog.Action;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.changelog.Change;
import dev.wearon.gateway.changelog.Changelog;
import dev.wearon.gateway.changelog.Entry;
import dev.wearon.gateway.origins.AllowedOrigin;
import dev.wearon.paging.Page;
import dev.wearon.paging.PageRequest;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The table {@code gateway.store_api_keys}, for the operator. Each change writes an entry to the changelog. */
@ApplicationScoped
class ApiKeys {

    /** Inserts nothing if the end is past or too far. */
    private static final String INSERT = """
            INSERT INTO gateway.store_api_keys (
                id, store_id, key_hash, key_prefix, name, allowed_domains, scopes, expires_at)
            SELECT $1::UUID, $2::UUID, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT[], $7::TEXT[], $8::TIMESTAMPTZ
             WHERE $8 IS NULL
                OR ($8 > now() AND $8 <= now() + INTERVAL '10 years')
            """;

    private static final String STORE_FOREIGN_KEY = "store_api_keys_store_id_fkey";

    private static final String COLUMNS = """
             id, key_prefix, name, allowed_domains, scopes, created_at, expires_at, revoked_at,
             CASE WHEN NOT is_active THEN 'revoked'
                  WHEN expires_at <= now() THEN 'expired'
                  WHEN rotated_at IS NOT NULL THEN 'rotated'
                  ELSE 'active'
             END AS status,
             (SELECT last_used_at FROM gateway.api_key_uses WHERE key_id = store_api_keys.id) AS last_used_at
            """;

    private static final String LIST = "SELECT" + COLUMNS + """
              FROM gateway.store_api_keys
             WHERE store_id = $1
               AND (created_at, id) < ($2, $3)
             ORDER BY created_at DESC, id DESC
             LIMIT $4
            """;

    private static final String LOCK = "SELECT" + COLUMNS + """
              FROM gateway.store_api_keys
             WHERE store_id = $1
               AND id = $2
               FOR UPDATE
            """;

    private static final String REVOKE = """
            UPDATE gateway.store_api_keys
               SET is_active = FALSE, revoked_at = now()
             WHERE store_id = $1
               AND id = $2
            RETURNING""" + COLUMNS;

    /** A planned end stays if it is earlier. */
    private static final String ROTATE = """
            UPDATE gateway.store_api_keys
               SET rotated_at = now(), expires_at = LEAST(expires_at, now() + make_interval(secs => $3))
             WHERE store_id = $1
               AND id = $2
            RETURNING""" + COLUMNS;

    private final Statements statements;
    private final Changelog changelog;

    ApiKeys(Statements statements, Changelog changelog, KeysConfig config) {
        this.statements = statements.within(config.lookupTimeout());
        this.changelog = changelog;
    }

    sealed interface Issue {
        record Issued(IssuedKey key) implements Issue {}

        /** The end is not in the future, or more than 10 years away. */
        record EndRefused() implements Issue {}

        record NoSuchStore() implements Issue {}
    }

    sealed interface Rotation {
        record Rotated(RotatedKey key) implements Rotation {}

        record Ended() implements Rotation {}

        record RotatedBefore() implements Rotation {}

        record NoSuchKey() implements Rotation {}
    }

    Uni<Issue> issue(Author author, UUID storeId, NewKey key) {
        return statements
                .transaction(transaction -> insert(transaction, storeId, key)
                        .call(issued -> issued.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : changelog.write(transaction, issued(author, storeId, issued.get()))))
                .<Issue>map(issued -> issued.<Issue>map(Issue.Issued::new).orElseGet(Issue.EndRefused::new))
                .onFailure(ApiKeys::isUnknownStore)
                .recoverWithItem(new Issue.NoSuchStore());
    }

    Uni<KeyPage> list(UUID storeId, PageRequest request) {
        return statements
                .run(
                        LIST,
                        Tuple.of(
                                storeId, request.before().at(), request.before().id(), request.rowsToRead()))
                .map(rows -> Page.of(rows, request, "created_at"))
                .map(page -> new KeyPage(page.map(ApiKeys::storeKey), page.nextCursor()));
    }

    /**
     * Revokes a key. A revoked key does not change.
     *
     * @return empty if the store has no such key
     */
    Uni<Optional<StoreKey>> revoke(Author author, UUID storeId, UUID keyId) {
        return statements.transaction(transaction -> lock(transaction, storeId, keyId)
                .chain(found -> found.isEmpty() || found.get().revokedAt() != null
                        ? Uni.createFrom().item(found)
                        : end(transaction, author, storeId, keyId).map(Optional::of)));
    }

    /**
     * Issues a new key that differs only in its secret, and sets an expiry for the old one. So a planned end stays: a rotation
     * does not prolong what the operator has limited. A key can be rotated once; after that its successor can be rotated.
     */
    Uni<Rotation> rotate(Author author, UUID storeId, UUID keyId, Duration grace) {
        return statements.transaction(
                transaction -> lock(transaction, storeId, keyId).chain(found -> {
                    if (found.isEmpty()) {
                        return Uni.createFrom().item(new Rotation.NoSuchKey());
                    }
                    return switch (found.get().status()) {
                        case "active" -> replace(transaction, author, storeId, found.get(), grace);
                        case "rotated" -> Uni.createFrom().item(new Rotation.RotatedBefore());
                        default -> Uni.createFrom().item(new Rotation.Ended());
                    };
                }));
    }

    private Uni<StoreKey> end(SqlConnection transaction, Author author, UUID storeId, UUID keyId) {
        return update(transaction, REVOKE, Tuple.of(storeId, keyId))
                .call(revoked -> changelog.write(transaction, revoked(author, storeId, revoked)));
    }

    private Uni<Rotation> replace(
            SqlConnection transaction, Author author, UUID storeId, StoreKey old, Duration grace) {
        NewKey same = new NewKey(old.name(), old.allowedDomains(), old.scopes(), old.expiresAt());
        return update(transaction, ROTATE, Tuple.of(storeId, old.keyId(), (double) grace.toSeconds()))
                .chain(ended -> insert(transaction, storeId, same)
                        .map(Optional::orElseThrow)
                        .call(key -> changelog.write(transaction, rotated(author, storeId, old, ended, key)))
                        .map(key -> new Rotation.Rotated(new RotatedKey(
                                key.keyId(),
                                key.apiKey(),
                                key.keyPrefix(),
                                key.name(),
                                key.allowedDomains(),
                                key.scopes(),
                                key.expiresAt(),
                                ended.keyId(),
                                ended.expiresAt()))));
    }

    private static Entry issued(Author author, UUID storeId, IssuedKey key) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("key_prefix", key.keyPrefix());
        fields.put("name", key.name());
        fields.put("allowed_domains", key.allowedDomains());
        fields.put("scopes", key.scopes());
        fields.put("expires_at", key.expiresAt());
        return new Entry(author, Action.KEY_ISSUED, storeId, key.keyId().toString(), Change.created(fields));
    }

    private static Entry revoked(Author author, UUID storeId, StoreKey key) {
        Change change = Change.between(Map.of(), Map.of("revoked_at", key.revokedAt()));
        return new Entry(author, Action.KEY_REVOKED, storeId, key.keyId().toString(), change);
    }

    private static Entry rotated(Author author, UUID storeId, StoreKey old, StoreKey ended, IssuedKey successor) {
        Map<String, Object> before = new HashMap<>();
        before.put("expires_at", old.expiresAt());
        Change change =
                Change.between(before, Map.of("expires_at", ended.expiresAt(), "replaced_by", successor.keyId()));
        return new Entry(author, Action.KEY_ROTATED, storeId, old.keyId().toString(), change);
    }

    /** @return empty if the end is refused */
    private static Uni<Optional<IssuedKey>> insert(SqlConnection transaction, UUID storeId, NewKey terms) {
        ApiKey key = ApiKey.generate();
        UUID id = UuidCreator.getTimeOrderedEpoch();
        Tuple values = Tuple.tuple()
                .addUUID(id)
                .addUUID(storeId)
                .addString(key.hash())
                .addString(key.prefix())
                .addString(terms.name())
                .addArrayOfString(terms.allowedDomains().toArray(String[]::new))
                .addArrayOfString(terms.scopes().toArray(String[]::new))
                .addOffsetDateTime(terms.expiresAt() == null ? null : Statements.utc(terms.expiresAt()));
        return transaction
                .preparedQuery(INSERT)
                .execute(values)
                .map(inserted -> inserted.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(new IssuedKey(
                                id,
                                key.value(),
                                key.prefix(),
                                terms.name(),
                                terms.allowedDomains(),
                                terms.scopes(),
                                terms.expiresAt())));
    }

    private static boolean isUnknownStore(Throwable fault) {
        return fault instanceof PgException refusal && STORE_FOREIGN_KEY.equals(refusal.getConstraint());
    }

    private static Uni<Optional<StoreKey>> lock(SqlConnection transaction, UUID storeId, UUID keyId) {
        return transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(storeId, keyId))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(storeKey(rows.iterator().next())));
    }

    private static Uni<StoreKey> update(SqlConnection transaction, String statement, Tuple arguments) {
        return transaction
                .preparedQuery(statement)
                .execute(arguments)
                .map(rows -> storeKey(rows.iterator().next()));
    }

    /** Also converts origins that were stored as they were written, and a rotation stores them so. */
    private static StoreKey storeKey(Row row) {
        return new StoreKey(
                row.getUUID("id"),
                row.getString("key_prefix"),
                row.getString("name"),
                Arrays.stream(row.getArrayOfStrings("allowed_domains"))
                        .map(stored -> AllowedOrigin.normalised(stored).orElse(stored))
                        .distinct()
                        .toList(),
                List.of(row.getArrayOfStrings("scopes")),
                row.getString("status"),
                instant(row, "created_at"),
                instant(row, "expires_at"),
                instant(row, "revoked_at"),
                instant(row, "last_used_at"));
    }

    private static Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }
}
