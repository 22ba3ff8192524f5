package dev.wearon.gateway.stores;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.gateway.audit.Action;
import dev.wearon.gateway.audit.Audit;
import dev.wearon.gateway.audit.Author;
import dev.wearon.gateway.audit.Change;
import dev.wearon.gateway.audit.Entry;
import dev.wearon.gateway.paging.PageRequest;
import dev.wearon.gateway.paging.Place;
import dev.wearon.gateway.paging.Slice;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The table {@code gateway.stores}. What changes it writes its entry of the audit in the same transaction. */
@ApplicationScoped
public class Stores {

    private static final String COLUMNS = """
            id, shop_domain, billing_mode, retail_credit_price, subscription_tier, subscription_id, subscription_status,
                   overage_enabled, overage_monthly_cap_cents, status, onboarding_completed, require_shopper_email,
                   shopper_creates_per_day, image_retention_seconds, created_at, updated_at
            """;

    private static final String INSERT = """
            INSERT INTO gateway.stores (id, shop_domain, billing_mode, subscription_tier)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (shop_domain) DO NOTHING
            RETURNING\s""" + COLUMNS;

    private static final String EXISTS = """
            SELECT EXISTS (SELECT 1 FROM gateway.stores WHERE id = $1) AS found
            """;

    private static final String FIND = "SELECT " + COLUMNS + " FROM gateway.stores WHERE id = $1";

    /** Keys may be issued meanwhile: they refer to the store, and its id never changes. */
    private static final String FIND_AND_LOCK = FIND + " FOR NO KEY UPDATE";

    private static final String UPDATE = """
            UPDATE gateway.stores
               SET billing_mode = $2, retail_credit_price = $3, subscription_tier = $4, subscription_id = $5,
                   subscription_status = $6, overage_enabled = $7, overage_monthly_cap_cents = $8, status = $9,
                   onboarding_completed = $10, require_shopper_email = $11, shopper_creates_per_day = $12,
                   image_retention_seconds = $13
             WHERE id = $1
            RETURNING\s""" + COLUMNS;

    /** The operator's list of all stores. No pattern: what is searched for is text, whatever stands in it. */
    private static final String PAGE = "SELECT " + COLUMNS + """
              FROM gateway.stores
             WHERE (created_at, id) < ($1, $2)
               AND ($4::text IS NULL OR strpos(shop_domain, $4) > 0)
               AND ($5::text IS NULL OR status = $5)
             ORDER BY created_at DESC, id DESC
             LIMIT $3
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Pool database;
    private final Audit audit;

    Stores(Pool database, Audit audit) {
        this.database = database;
        this.audit = audit;
    }

    sealed interface Creation {
        record Created(Store store) implements Creation {}

        record DomainTaken() implements Creation {}
    }

    sealed interface Changing {
        /** @param store as it is now, also where the change was none */
        record Changed(Store store) implements Changing {}

        record NoSuchStore() implements Changing {}

        record OverageWithoutCap() implements Changing {}
    }

    Uni<Creation> create(Author author, String shopDomain, String billingMode, String subscriptionTier) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        return database.withTransaction(transaction -> transaction
                        .preparedQuery(INSERT)
                        .execute(Tuple.of(id, shopDomain, billingMode, subscriptionTier))
                        .map(Stores::first)
                        .call(made -> writeCreated(transaction, author, made)))
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .map(made -> made.<Creation>map(Creation.Created::new).orElseGet(Creation.DomainTaken::new));
    }

    Uni<Changing> change(Author author, UUID storeId, StorePatch patch) {
        return database.withTransaction(transaction -> transaction
                        .preparedQuery(FIND_AND_LOCK)
                        .execute(Tuple.of(storeId))
                        .map(Stores::first)
                        .chain(found -> found.map(store -> change(transaction, author, store, patch))
                                .orElseGet(() -> Uni.createFrom().item(new Changing.NoSuchStore()))))
                .ifNoItem()
                .after(PATIENCE)
                .fail();
    }

    Uni<Optional<Store>> find(UUID storeId) {
        return ask(FIND, Tuple.of(storeId)).map(Stores::first);
    }

    /** Newest first. */
    Uni<StorePage> page(StoreFilter filter, PageRequest page) {
        Place before = page.before();
        return ask(PAGE, Tuple.of(before.at(), before.id(), page.rowsToRead(), filter.part(), filter.status()))
                .map(rows -> Slice.of(rows, page, "created_at"))
                .map(slice -> new StorePage(slice.map(Stores::store), slice.nextCursor()));
    }

    /** Whether there is such a store, active or not. */
    public Uni<Boolean> exists(UUID storeId) {
        return ask(EXISTS, Tuple.of(storeId)).map(rows -> rows.iterator().next().getBoolean("found"));
    }

    private Uni<RowSet<Row>> ask(String query, Tuple values) {
        return database.preparedQuery(query)
                .execute(values)
                .ifNoItem()
                .after(PATIENCE)
                .fail();
    }

    private Uni<Void> writeCreated(SqlConnection transaction, Author author, Optional<Store> made) {
        return made.map(store -> {
                    Map<String, Object> fields = store.terms();
                    fields.put("shop_domain", store.shopDomain());
                    return audit.write(
                            transaction,
                            new Entry(author, Action.STORE_CREATED, store.storeId(), null, Change.made(fields)));
                })
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private Uni<Changing> change(SqlConnection transaction, Author author, Store old, StorePatch patch) {
        Store store = patch.appliedTo(old);
        if (store.overageEnabled() && store.overageMonthlyCapCents() == null) {
            return Uni.createFrom().item(new Changing.OverageWithoutCap());
        }
        Change change = Change.between(old.terms(), store.terms());
        if (change.isNone()) {
            return Uni.createFrom().item(new Changing.Changed(old));
        }
        var entry = new Entry(author, Action.STORE_CHANGED, store.storeId(), null, change);
        return transaction
                .preparedQuery(UPDATE)
                .execute(values(store))
                .call(() -> audit.write(transaction, entry))
                .map(rows -> new Changing.Changed(store(rows.iterator().next())));
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
                .addInteger(store.imageRetentionSeconds());
    }

    private static Optional<Store> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(store(rows.iterator().next()));
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
                row.getInteger("image_retention_seconds"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant());
    }
}
