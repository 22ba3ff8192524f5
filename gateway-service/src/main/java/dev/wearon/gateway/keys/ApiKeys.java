package dev.wearon.gateway.keys;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.http.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The table {@code gateway.store_api_keys}: the one place that reads and writes keys. */
@ApplicationScoped
class ApiKeys {

    /** The only statement without an owner: the hash of the secret is what names the owner. */
    private static final String FIND_ACTIVE = """
            SELECT stores.id, stores.billing_mode, stores.subscription_tier, stores.subscription_status,
                   CASE WHEN stores.overage_enabled THEN stores.overage_monthly_cap_cents END AS overage_cap_cents,
                   stores.require_shopper_email
              FROM gateway.store_api_keys AS keys
              JOIN gateway.stores AS stores ON stores.id = keys.store_id
             WHERE keys.key_hash = $1
               AND keys.is_active
               AND stores.status = 'active'
            """;

    private static final String INSERT = """
            INSERT INTO gateway.store_api_keys (id, store_id, key_hash, key_prefix, allowed_domains)
            SELECT $2, stores.id, $3, $4, $5
              FROM gateway.stores AS stores
             WHERE stores.id = $1
            RETURNING id
            """;

    private final Pool database;
    private final Duration patience;

    ApiKeys(Pool database, KeysConfig config) {
        this.database = database;
        this.patience = config.lookupTimeout();
    }

    /** The store behind an active key, if both are active. Fails when the database does not answer in time. */
    Uni<Optional<KeyCheck.Valid>> findActive(ApiKey key) {
        return database.preparedQuery(FIND_ACTIVE)
                .execute(Tuple.of(key.hash()))
                .ifNoItem()
                .after(patience)
                .fail()
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(valid(rows.iterator().next())));
    }

    /** @return empty when there is no such store */
    Uni<Optional<IssuedKey>> issue(UUID storeId, List<String> allowedDomains) {
        ApiKey key = ApiKey.generate();
        UUID id = UuidCreator.getTimeOrderedEpoch();
        return database.preparedQuery(INSERT)
                .execute(Tuple.of(storeId, id, key.hash(), key.prefix(), allowedDomains.toArray(String[]::new)))
                .ifNoItem()
                .after(patience)
                .fail()
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(new IssuedKey(id, key.value(), key.prefix(), allowedDomains)));
    }

    private static KeyCheck.Valid valid(Row row) {
        return new KeyCheck.Valid(
                row.getUUID("id"),
                new Caller.Terms(
                        Caller.BillingMode.ofWire(row.getString("billing_mode")),
                        Optional.ofNullable(row.getString("subscription_tier")),
                        Optional.ofNullable(row.getString("subscription_status")),
                        Optional.ofNullable(row.getInteger("overage_cap_cents")),
                        row.getBoolean("require_shopper_email")));
    }
}
