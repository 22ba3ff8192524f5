package dev.wearon.gateway.keys;

import dev.wearon.gateway.origins.AllowedOrigin;
import dev.wearon.identity.Principal;
import dev.wearon.jobs.WarmUp;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Reads keys from the database: the store of a key, and recent changes. These statements have no store as a parameter: the
 * first one finds it by the hash of the key, the second one reads the changes of all stores.
 */
@ApplicationScoped
class ActiveKeys implements WarmUp {

    private static final String FIND = """
            SELECT keys.id AS key_id, keys.key_prefix, keys.scopes, keys.allowed_domains, keys.changed_at AS key_changed_at,
                   EXTRACT(EPOCH FROM keys.expires_at - clock_timestamp())::FLOAT8 AS seconds_left,
                   stores.store_id, stores.changed_at AS store_changed_at,
                   stores.billing_mode, stores.subscription_tier, stores.subscription_status, stores.overage_cap_cents,
                   stores.require_shopper_email, stores.shopper_creates_per_day, stores.daily_credit_cap,
                   stores.low_credits_at, stores.anonymous_per_day, stores.test, stores.image_hosts
              FROM gateway.store_api_keys AS keys
              JOIN gateway.store_terms AS stores ON stores.store_id = keys.store_id
             WHERE keys.key_hash = $1
               AND keys.is_active
               AND (keys.expires_at IS NULL OR keys.expires_at > clock_timestamp())
               AND stores.status = 'active'
            """;

    /** Uses LEAST, because the mark may lie in the future if the clock was set back. */
    private static final String CHANGED = """
            SELECT now() AS asked_at, changed.id, changed.changed_at
              FROM (VALUES (1)) AS always
              LEFT JOIN (SELECT id, changed_at
                           FROM gateway.store_api_keys
                          WHERE changed_at > LEAST($1::TIMESTAMPTZ, now()) - make_interval(secs => $2)
                          UNION ALL
                         SELECT store_id, changed_at
                           FROM gateway.store_terms
                          WHERE changed_at > LEAST($1::TIMESTAMPTZ, now()) - make_interval(secs => $2)
                          LIMIT $3) AS changed ON TRUE
            """;

    /**
     * The maximum duration of a transaction. A change has the time of its transaction's start, but is visible only after the
     * commit.
     */
    private static final Duration OVERLAP = Duration.ofSeconds(30);

    private static final int MOST_CHANGES = 1_000;

    private final Statements statements;

    ActiveKeys(Statements statements, KeysConfig config) {
        this.statements = statements.within(config.lookupTimeout());
    }

    /**
     * An active key of an active store, with the versions of the two rows.
     *
     * @param left the remaining lifetime; empty if no end is planned
     */
    record Found(
            KeyCheck.Valid check,
            OffsetDateTime keyChangedAt,
            OffsetDateTime storeChangedAt,
            Optional<Duration> left) {}

    /**
     * The keys and stores that were changed recently.
     *
     * @param askedAt the time of the query by the database's clock; the mark for the next one
     * @param changedAt the time of the last change of each id
     * @param tooMany there were more changes than these
     */
    record Changes(OffsetDateTime askedAt, Map<UUID, OffsetDateTime> changedAt, boolean tooMany) {

        boolean isEmpty() {
            return !tooMany && changedAt.isEmpty();
        }

        boolean affect(Found key) {
            return tooMany
                    || differs(key.check().keyId(), key.keyChangedAt())
                    || differs(key.check().storeId(), key.storeChangedAt());
        }

        private boolean differs(UUID id, OffsetDateTime read) {
            OffsetDateTime written = changedAt.get(id);
            return written != null && !written.isEqual(read);
        }
    }

    /** The look-up of an unknown key. */
    @Override
    public Uni<?> warmUp() {
        return find(ApiKey.generate().hash());
    }

    /** Finds an active key of an active store. Fails if the database does not answer in time. */
    Uni<Optional<Found>> find(String keyHash) {
        return statements.first(FIND, Tuple.of(keyHash), ActiveKeys::found);
    }

    /**
     * Finds the changes since {@code mark}, with an overlap.
     *
     * @param mark null for the first query
     */
    Uni<Changes> since(OffsetDateTime mark) {
        return statements
                .run(CHANGED, Tuple.of(mark, Statements.seconds(OVERLAP), MOST_CHANGES + 1))
                .map(ActiveKeys::changes);
    }

    private static Changes changes(RowSet<Row> rows) {
        Map<UUID, OffsetDateTime> changedAt = new HashMap<>();
        OffsetDateTime askedAt = null;
        for (Row row : rows) {
            askedAt = row.getOffsetDateTime("asked_at");
            if (row.getUUID("id") != null) {
                changedAt.put(row.getUUID("id"), row.getOffsetDateTime("changed_at"));
            }
        }
        return new Changes(askedAt, changedAt, rows.size() > MOST_CHANGES);
    }

    private static Found found(Row row) {
        return new Found(
                new KeyCheck.Valid(
                        row.getUUID("store_id"),
                        row.getUUID("key_id"),
                        row.getString("key_prefix"),
                        scopes(row),
                        allowedOrigins(row),
                        terms(row),
                        shopperCreatesPerDay(row),
                        row.getInteger("anonymous_per_day")),
                row.getOffsetDateTime("key_changed_at"),
                row.getOffsetDateTime("store_changed_at"),
                Optional.ofNullable(row.getDouble("seconds_left")).map(Statements::duration));
    }

    /** Ignores a scope that only a later version knows. */
    private static Set<Scope> scopes(Row row) {
        return Arrays.stream(row.getArrayOfStrings("scopes"))
                .flatMap(wire -> Scope.ofWire(wire).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Also converts origins that were stored as they were written. */
    private static Set<String> allowedOrigins(Row row) {
        return Arrays.stream(row.getArrayOfStrings("allowed_domains"))
                .map(stored -> AllowedOrigin.normalised(stored).orElse(stored))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static OptionalInt shopperCreatesPerDay(Row row) {
        Integer limit = row.getInteger("shopper_creates_per_day");
        return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
    }

    private static Principal.Terms terms(Row row) {
        return new Principal.Terms(
                Principal.BillingMode.ofWire(row.getString("billing_mode")),
                Optional.ofNullable(row.getString("subscription_tier")),
                Optional.ofNullable(row.getString("subscription_status")),
                Optional.ofNullable(row.getInteger("overage_cap_cents")),
                row.getBoolean("require_shopper_email"),
                Optional.ofNullable(row.getInteger("daily_credit_cap")),
                Optional.ofNullable(row.getInteger("low_credits_at")),
                row.getBoolean("test"),
                Set.copyOf(List.of(row.getArrayOfStrings("image_hosts"))));
    }
}
