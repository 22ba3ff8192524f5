package dev.wearon.gateway.merchant;

import dev.wearon.gateway.audit.Action;
import dev.wearon.gateway.audit.Audit;
import dev.wearon.gateway.audit.Author;
import dev.wearon.gateway.audit.Change;
import dev.wearon.gateway.audit.Entry;
import dev.wearon.identity.Principal.BillingMode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The columns of {@code gateway.stores} that a merchant sees, and the two that it may change. */
@ApplicationScoped
class StoreConfigs {

    private static final String FIND = """
            SELECT id, shop_domain, billing_mode, retail_credit_price, shopify_variant_id, subscription_tier, status,
                   image_retention_seconds
              FROM gateway.stores
             WHERE id = $1
            """;

    private static final String LOCK = """
            SELECT billing_mode, retail_credit_price, access_token_encrypted IS NOT NULL AS connected
              FROM gateway.stores
             WHERE id = $1
               FOR UPDATE
            """;

    private static final String SAVE = """
            UPDATE gateway.stores
               SET billing_mode = $2, retail_credit_price = $3
             WHERE id = $1
            RETURNING id, shop_domain, billing_mode, retail_credit_price, shopify_variant_id, subscription_tier, status,
                   image_retention_seconds
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Pool database;
    private final Audit audit;

    StoreConfigs(Pool database, Audit audit) {
        this.database = database;
        this.audit = audit;
    }

    sealed interface Outcome {
        record Saved(StoreConfig config) implements Outcome {}

        record NoSuchStore() implements Outcome {}

        /** The store has no access to its shop, where the credits would be sold. */
        record NotConnected() implements Outcome {}
    }

    /** What is there, before a change. */
    private record Standing(String billingMode, BigDecimal retailCreditPrice, boolean connected) {}

    Uni<Optional<StoreConfig>> find(UUID storeId) {
        return database.preparedQuery(FIND)
                .execute(Tuple.of(storeId))
                .map(rows -> rows.size() == 0
                        ? Optional.<StoreConfig>empty()
                        : Optional.of(config(rows.iterator().next())))
                .ifNoItem()
                .after(PATIENCE)
                .fail();
    }

    Uni<Outcome> save(UUID storeId, WantedConfig wanted, Author author) {
        return database.withTransaction(transaction -> lock(transaction, storeId)
                        .chain(found -> found.map(standing -> save(transaction, storeId, standing, wanted, author))
                                .orElseGet(() -> Uni.createFrom().item(new Outcome.NoSuchStore()))))
                .ifNoItem()
                .after(PATIENCE)
                .fail();
    }

    private static Uni<Optional<Standing>> lock(SqlConnection transaction, UUID storeId) {
        return transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(storeId))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(standing(rows.iterator().next())));
    }

    private Uni<Outcome> save(
            SqlConnection transaction, UUID storeId, Standing standing, WantedConfig wanted, Author author) {
        if (wanted.billingMode() == BillingMode.RESELL_MODE && !standing.connected()) {
            return Uni.createFrom().item(new Outcome.NotConnected());
        }
        String mode = wanted.billingMode().wire();
        BigDecimal price = wanted.retailCreditPrice().orElse(null);
        Change change =
                Change.between(fields(standing.billingMode(), standing.retailCreditPrice()), fields(mode, price));
        return transaction
                .preparedQuery(SAVE)
                .execute(Tuple.of(storeId, mode, price))
                .map(rows -> config(rows.iterator().next()))
                .call(() -> change.isNone()
                        ? Uni.createFrom().voidItem()
                        : audit.write(transaction, new Entry(author, Action.CONFIG_CHANGED, storeId, null, change)))
                .map(Outcome.Saved::new);
    }

    private static Map<String, Object> fields(String billingMode, BigDecimal retailCreditPrice) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("billing_mode", billingMode);
        fields.put("retail_credit_price", retailCreditPrice);
        return fields;
    }

    private static Standing standing(Row row) {
        return new Standing(
                row.getString("billing_mode"), row.getBigDecimal("retail_credit_price"), row.getBoolean("connected"));
    }

    private static StoreConfig config(Row row) {
        return new StoreConfig(
                row.getUUID("id"),
                row.getString("shop_domain"),
                row.getString("billing_mode"),
                row.getBigDecimal("retail_credit_price"),
                row.getString("shopify_variant_id"),
                row.getString("subscription_tier"),
                row.getString("status"),
                Optional.ofNullable(row.getInteger("image_retention_seconds")).map(Duration::ofSeconds));
    }
}
