package dev.wearon.gateway.stores;

import com.github.f4b6a3.uuid.UuidCreator;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/** The table {@code gateway.stores}. */
@ApplicationScoped
public class Stores {

    private static final String INSERT = """
            INSERT INTO gateway.stores (id, shop_domain, billing_mode, subscription_tier)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (shop_domain) DO NOTHING
            RETURNING id, shop_domain, billing_mode, subscription_tier, status, created_at
            """;

    private static final String EXISTS = """
            SELECT EXISTS (SELECT 1 FROM gateway.stores WHERE id = $1) AS found
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Pool database;

    Stores(Pool database) {
        this.database = database;
    }

    sealed interface Creation {
        record Created(Store store) implements Creation {}

        record DomainTaken() implements Creation {}
    }

    Uni<Creation> create(String shopDomain, String billingMode, String subscriptionTier) {
        return database.preparedQuery(INSERT)
                .execute(Tuple.of(UuidCreator.getTimeOrderedEpoch(), shopDomain, billingMode, subscriptionTier))
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .map(rows -> rows.size() == 0
                        ? new Creation.DomainTaken()
                        : new Creation.Created(store(rows.iterator().next())));
    }

    /** Whether there is such a store, active or not. */
    public Uni<Boolean> exists(UUID storeId) {
        return database.preparedQuery(EXISTS)
                .execute(Tuple.of(storeId))
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .map(rows -> rows.iterator().next().getBoolean("found"));
    }

    private static Store store(Row row) {
        return new Store(
                row.getUUID("id"),
                row.getString("shop_domain"),
                row.getString("billing_mode"),
                row.getString("subscription_tier"),
                row.getString("status"),
                row.getOffsetDateTime("created_at").toInstant());
    }
}
