package dev.wearon.gateway.stores;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.gateway.changelog.Action;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.changelog.Change;
import dev.wearon.gateway.changelog.Changelog;
import dev.wearon.gateway.changelog.Entry;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.paging.Cursor;
import dev.wearon.paging.Page;
import dev.wearon.paging.PageRequest;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The table {@code gateway.stores}. Each change writes its changelog entry in the same transaction. */
@ApplicationScoped
public class Stores {

    private static final String COLUMNS = """
            id, shop_domain, billing_mode, retail_credit_price, subscription_tier, subscription_id, subscription_status,
                   overage_enabled, overage_monthly_cap_cents,
                   CASE WHEN suspended_at IS NULL THEN status ELSE 'suspended' END AS status, onboarding_completed,
                   require_shopper_email, shopper_creates_per_day, daily_credit_cap, low_credits_at, anonymous_per_day, image_retention_seconds, test,
                   image_hosts, checkout, created_at, updated_at
            """;

    private static final String INSERT = """
            INSERT INTO gateway.stores (id, shop_domain, billing_mode, subscription_tier, daily_credit_cap, anonymous_per_day, test,
                                        checkout)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (shop_domain) DO NOTHING
            RETURNING\s""" + COLUMNS;

    private static final String FIND = "SELECT " + COLUMNS + " FROM gateway.stores WHERE id = $1";

    /** FOR NO KEY UPDATE still allows new API keys, whose foreign key refers only to the id. */
    private static final String FIND_AND_LOCK = FIND + " FOR NO KEY UPDATE";

    /** A status that is set lifts a suspension. A store that stays suspended keeps the status below it. */
    private static final String UPDATE = """
            UPDATE gateway.stores
               SET billing_mode = $2, retail_credit_price = $3, subscription_tier = $4, subscription_id = $5,
                   subscription_status = $6, overage_enabled = $7, overage_monthly_cap_cents = $8,
                   status = CASE $9 WHEN 'suspended' THEN status ELSE $9 END,
                   suspended_at = CASE $9 WHEN 'suspended' THEN suspended_at END,
                   onboarding_completed = $10, require_shopper_email = $11, shopper_creates_per_day = $12,
                   image_retention_seconds = $13, daily_credit_cap = $14, anonymous_per_day = $15,
                   low_credits_at = $16, image_hosts = $17, checkout = $18
             WHERE id = $1
            RETURNING\s""" + COLUMNS;

    /** An uninstalled store is inactive already. Without this time an install does not activate it. */
    private static final String KEEP_INACTIVE = """
            UPDATE gateway.stores
               SET uninstalled_at = NULL
             WHERE id = $1 AND status = 'inactive' AND uninstalled_at IS NOT NULL
            """;

    /** Lists all stores, for the operator. Uses strpos, because LIKE gives some characters a meaning. */
    private static final String PAGE = "SELECT " + COLUMNS + """
              FROM gateway.stores
             WHERE (created_at, id) < ($1, $2)
               AND ($4::text IS NULL OR strpos(shop_domain, $4) > 0)
               AND ($5::text IS NULL OR CASE WHEN suspended_at IS NULL THEN status ELSE 'suspended' END = $5)
             ORDER BY created_at DESC, id DESC
             LIMIT $3
            """;

    private static final String SUSPEND = """
            UPDATE gateway.stores
               SET suspended_at = now()
             WHERE id = $1 AND suspended_at IS NULL
            """;

    private static final String CONFIG_COLUMNS = """
            id, shop_domain, billing_mode, retail_credit_price, shopify_variant_id, subscription_tier,
                   CASE WHEN suspended_at IS NULL THEN status ELSE 'suspended' END AS status, daily_credit_cap, image_retention_seconds, test,
                   checkout
            """;

    private static final String FIND_CONFIG = "SELECT " + CONFIG_COLUMNS + " FROM gateway.stores WHERE id = $1";

    private static final String LOCK_PAYMENT = """
            SELECT billing_mode, retail_credit_price, checkout = 'own' OR access_token_encrypted IS NOT NULL AS has_checkout
              FROM gateway.stores
             WHERE id = $1
               FOR NO KEY UPDATE
            """;

    private static final String SET_PAYMENT = """
            UPDATE gateway.stores
               SET billing_mode = $2, retail_credit_price = $3,
                   shopify_product_id = COALESCE($4, shopify_product_id),
                   shopify_variant_id = COALESCE($5, shopify_variant_id)
             WHERE id = $1
            RETURNING\s""" + CONFIG_COLUMNS;

    private final Statements statements;
    private final Changelog changelog;

    Stores(Statements statements, Changelog changelog) {
        this.statements = statements;
        this.changelog = changelog;
    }

    sealed interface Creation {
        record Created(Store store) implements Creation {}

        record DomainTaken() implements Creation {}
    }

    sealed interface Changing {
        /** @param store the current state, also if nothing changed */
        record Changed(Store store) implements Changing {}

        record NoSuchStore() implements Changing {}

        record OverageWithoutCap() implements Changing {}
    }

    public sealed interface Configuring {
        record Configured(StoreConfig config) implements Configuring {}

        record NoSuchStore() implements Configuring {}

        /** The store sells credits at Shopify, and is not connected to its shop. */
        record NotConnected() implements Configuring {}
    }

    Uni<Creation> create(Author author, NewStore store) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        return statements
                .transaction(transaction -> transaction
                        .preparedQuery(INSERT)
                        .execute(Tuple.from(Arrays.asList(
                                id,
                                store.hostName(),
                                store.billingMode(),
                                store.subscriptionTier(),
                                store.dailyCreditCap(),
                                store.anonymousPerDay(),
                                store.test(),
                                store.checkout())))
                        .map(Stores::first)
                        .call(made -> writeCreated(transaction, author, made)))
                .map(made -> made.map(Stores::store)
                        .<Creation>map(Creation.Created::new)
                        .orElseGet(Creation.DomainTaken::new));
    }

    Uni<Changing> change(Author author, UUID storeId, StorePatch patch) {
        return statements.transaction(transaction -> transaction
                .preparedQuery(FIND_AND_LOCK)
                .execute(Tuple.of(storeId))
                .map(Stores::first)
                .chain(found -> found.map(row -> change(transaction, author, store(row), patch)
                                .call(() -> patch.makesInactive()
                                        ? keepInactive(transaction, author, storeId)
                                        : Uni.createFrom().voidItem()))
                        .orElseGet(() -> Uni.createFrom().item(new Changing.NoSuchStore()))));
    }

    /**
     * Stops a store without deleting anything, until its status is set. A trigger makes the job that cancels its queued try-ons.
     *
     * @return the store; empty if it does not exist
     */
    Uni<Optional<Store>> suspend(Author author, UUID storeId) {
        return statements.transaction(transaction -> transaction
                .preparedQuery(FIND_AND_LOCK)
                .execute(Tuple.of(storeId))
                .map(Stores::first)
                .chain(old -> transaction
                        .preparedQuery(SUSPEND)
                        .execute(Tuple.of(storeId))
                        .call(rows -> rows.rowCount() == 0
                                ? Uni.createFrom().voidItem()
                                : changelog.write(transaction, suspended(author, store(old.orElseThrow())))))
                .chain(() -> transaction.preparedQuery(FIND).execute(Tuple.of(storeId)))
                .map(rows -> first(rows).map(Stores::store)));
    }

    private static Entry suspended(Author author, Store old) {
        Change change = Change.between(Map.of("status", old.status()), Map.of("status", "suspended"));
        return new Entry(author, Action.STORE_SUSPENDED, old.storeId(), null, change);
    }

    /**
     * Changes the payment mode, for the merchant.
     *
     * @param price the price of a credit for shoppers; empty if the store pays
     * @param product which sells a credit at this price; empty: as before
     */
    public Uni<Configuring> configure(
            Author author,
            UUID storeId,
            BillingMode mode,
            Optional<BigDecimal> price,
            Optional<CreditProduct> product) {
        return statements.transaction(transaction -> transaction
                .preparedQuery(LOCK_PAYMENT)
                .execute(Tuple.of(storeId))
                .map(Stores::first)
                .chain(found -> found.map(old -> configure(transaction, author, storeId, old, mode, price, product))
                        .orElseGet(() -> Uni.createFrom().item(new Configuring.NoSuchStore()))));
    }

    /** Transactions that lock the same store wait for each other. */
    public Uni<Void> lock(SqlConnection transaction, UUID storeId) {
        return transaction
                .preparedQuery(FIND_AND_LOCK)
                .execute(Tuple.of(storeId))
                .replaceWithVoid();
    }

    Uni<Optional<Store>> find(UUID storeId) {
        return statements.first(FIND, Tuple.of(storeId), Stores::store);
    }

    public Uni<Optional<StoreConfig>> findConfig(UUID storeId) {
        return statements.first(FIND_CONFIG, Tuple.of(storeId), Stores::config);
    }

    Uni<StorePage> page(StoreFilter filter, PageRequest request) {
        Cursor before = request.before();
        return statements
                .run(PAGE, Tuple.of(before.at(), before.id(), request.rowsToRead(), filter.search(), filter.status()))
                .map(rows -> Page.of(rows, request, "created_at"))
                .map(page -> new StorePage(page.map(Stores::store), page.nextCursor()));
    }

    /** Whether the store exists, active or not. */
    public Uni<Boolean> exists(UUID storeId) {
        return find(storeId).map(Optional::isPresent);
    }

    /** Whether it is a test store; empty if it does not exist. An inactive store exists. */
    public Uni<Optional<Boolean>> isTest(UUID storeId) {
        return find(storeId).map(found -> found.map(Store::test));
    }

    private Uni<Void> writeCreated(SqlConnection transaction, Author author, Optional<Row> made) {
        return made.map(Stores::store)
                .map(store -> {
                    Map<String, Object> fields = store.terms();
                    fields.put("shop_domain", store.shopDomain());
                    fields.put("test", store.test());
                    return changelog.write(
                            transaction,
                            new Entry(author, Action.STORE_CREATED, store.storeId(), null, Change.created(fields)));
                })
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private Uni<Changing> change(SqlConnection transaction, Author author, Store old, StorePatch patch) {
        Store store = patch.appliedTo(old);
        if (store.overageEnabled() && store.overageMonthlyCapCents() == null) {
            return Uni.createFrom().item(new Changing.OverageWithoutCap());
        }
        Change change = Change.between(old.terms(), store.terms());
        if (change.isEmpty()) {
            return Uni.createFrom().item(new Changing.Changed(old));
        }
        var entry = new Entry(author, Action.STORE_CHANGED, store.storeId(), null, change);
        return transaction
                .preparedQuery(UPDATE)
                .execute(values(store))
                .call(() -> changelog.write(transaction, entry))
                .map(rows -> new Changing.Changed(store(rows.iterator().next())));
    }

    private Uni<Void> keepInactive(SqlConnection transaction, Author author, UUID storeId) {
        Change change = Change.between(Map.of("install_activates", true), Map.of("install_activates", false));
        return transaction
                .preparedQuery(KEEP_INACTIVE)
                .execute(Tuple.of(storeId))
                .chain(rows -> rows.rowCount() == 0
                        ? Uni.createFrom().voidItem()
                        : changelog.write(transaction, new Entry(author, Action.STORE_CHANGED, storeId, null, change)));
    }

    private Uni<Configuring> configure(
            SqlConnection transaction,
            Author author,
            UUID storeId,
            Row old,
            BillingMode mode,
            Optional<BigDecimal> price,
            Optional<CreditProduct> product) {
        if (mode == BillingMode.RESELL_MODE && !old.getBoolean("has_checkout")) {
            return Uni.createFrom().item(new Configuring.NotConnected());
        }
        Change change = Change.between(
                payment(old.getString("billing_mode"), old.getBigDecimal("retail_credit_price")),
                payment(mode.wire(), price.orElse(null)));
        return transaction
                .preparedQuery(SET_PAYMENT)
                .execute(Tuple.of(
                        storeId,
                        mode.wire(),
                        price.orElse(null),
                        product.map(CreditProduct::productId).orElse(null),
                        product.map(CreditProduct::variantId).orElse(null)))
                .call(() -> change.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : changelog.write(transaction, new Entry(author, Action.CONFIG_CHANGED, storeId, null, change)))
                .map(rows -> new Configuring.Configured(config(rows.iterator().next())));
    }

    private static Map<String, Object> payment(String billingMode, BigDecimal retailCreditPrice) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("billing_mode", billingMode);
        fields.put("retail_credit_price", retailCreditPrice);
        return fields;
    }

    private static Tuple values(Store store) {
        return Tuple.tuple()
                .addUUID(store.storeId())
                .addString(store.billingMode())
                .addBigDecimal(store.retailCreditPrice())
                .addString(store.subscriptionTier())
                .addString(store.subscriptionId())
                .addString(store.subscriptionStatus())
                .addBoolean(store.overageEnabled())
                .addInteger(store.overageMonthlyCapCents())
                .addString(store.status())
                .addBoolean(store.onboardingCompleted())
                .addBoolean(store.requireShopperEmail())
                .addInteger(store.shopperCreatesPerDay())
                .addInteger(store.imageRetentionSeconds())
                .addInteger(store.dailyCreditCap())
                .addInteger(store.anonymousPerDay())
                .addInteger(store.lowCreditsAt())
                .addArrayOfString(store.imageHosts().toArray(String[]::new))
                .addString(store.checkout());
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
    }

    private static Store store(Row row) {
        return new Store(
                row.getUUID("id"),
                row.getString("shop_domain"),
                row.getString("billing_mode"),
                row.getBigDecimal("retail_credit_price"),
                row.getString("subscription_tier"),
                row.getString("subscription_id"),
                row.getString("subscription_status"),
                row.getBoolean("overage_enabled"),
                row.getInteger("overage_monthly_cap_cents"),
                row.getString("status"),
                row.getBoolean("onboarding_completed"),
                row.getBoolean("require_shopper_email"),
                row.getInteger("shopper_creates_per_day"),
                row.getInteger("daily_credit_cap"),
                row.getInteger("low_credits_at"),
                row.getInteger("anonymous_per_day"),
                row.getInteger("image_retention_seconds"),
                row.getString("checkout"),
                row.getBoolean("test"),
                List.of(row.getArrayOfStrings("image_hosts")),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant());
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
                row.getInteger("daily_credit_cap"),
                row.getString("checkout").equals("own"),
                row.getBoolean("test"),
                Optional.ofNullable(row.getInteger("image_retention_seconds")).map(Duration::ofSeconds));
    }
}
