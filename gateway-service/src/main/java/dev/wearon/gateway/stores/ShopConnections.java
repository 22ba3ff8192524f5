package dev.wearon.gateway.stores;

import dev.wearon.gateway.changelog.Action;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.changelog.Change;
import dev.wearon.gateway.changelog.Changelog;
import dev.wearon.gateway.changelog.Entry;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** The columns of {@code gateway.stores} for the shop at Shopify. Both tokens are always written by one statement. */
@ApplicationScoped
public class ShopConnections {

    private static final String FIND = """
            SELECT id, shop_domain, access_token_encrypted,
                   access_token_expires_at IS NULL OR access_token_expires_at > now() + interval '1 minute' AS fresh,
                   refresh_token_encrypted, refresh_token_expires_at < now() + interval '30 days' AS ending,
                   shopify_product_id, shopify_variant_id
              FROM gateway.stores
             WHERE id = $1
            """;

    private static final String FIND_BY_DOMAIN = """
            SELECT id, shop_domain, access_token_encrypted IS NOT NULL AS connected, billing_mode, subscription_tier,
                   subscription_status, CASE WHEN suspended_at IS NULL THEN status ELSE 'suspended' END AS status,
                   onboarding_completed,
                   suspended_at IS NOT NULL OR status = 'inactive' AND uninstalled_at IS NULL AS stopped
              FROM gateway.stores
             WHERE shop_domain = $1
            """;

    private static final String LOCK = """
            SELECT status, uninstalled_at, access_token_encrypted IS NOT NULL AS connected, installed_at
              FROM gateway.stores
             WHERE id = $1
               FOR NO KEY UPDATE
            """;

    private static final String CONNECT = """
            UPDATE gateway.stores
               SET access_token_encrypted = $2, access_token_expires_at = now() + make_interval(secs => $3),
                   refresh_token_encrypted = $4, refresh_token_expires_at = now() + make_interval(secs => $5),
                   shopify_scopes = $6, status = $7, installed_at = GREATEST(installed_at, $8), uninstalled_at = NULL
             WHERE id = $1
            """;

    /** A connection that was made meanwhile stays as it is. */
    private static final String RENEW = """
            UPDATE gateway.stores
               SET access_token_encrypted = $2, access_token_expires_at = now() + make_interval(secs => $3),
                   refresh_token_encrypted = $4, refresh_token_expires_at = now() + make_interval(secs => $5),
                   shopify_scopes = COALESCE(NULLIF($6, ''), shopify_scopes)
             WHERE id = $1 AND access_token_encrypted = $7
            """;

    private static final String DISCONNECT = """
            UPDATE gateway.stores
               SET access_token_encrypted = NULL, access_token_expires_at = NULL,
                   refresh_token_encrypted = NULL, refresh_token_expires_at = NULL
             WHERE id = $1 AND access_token_encrypted = $2
            """;

    /**
     * A store that the operator had made inactive gets no time here, so that an install does not activate it. The time is when the shop
     * removed the app, so that an install is compared with it by the same clock; a time in the future would prevent every install.
     */
    private static final String UNINSTALL = """
            UPDATE gateway.stores
               SET access_token_encrypted = NULL, access_token_expires_at = NULL,
                   refresh_token_encrypted = NULL, refresh_token_expires_at = NULL,
                   uninstalled_at = CASE status WHEN 'active' THEN LEAST($2, now()) ELSE uninstalled_at END, status = 'inactive'
             WHERE id = $1
            """;

    private static final String FIND_INSTALL = """
            SELECT installed_at
              FROM gateway.stores
             WHERE id = $1 AND access_token_encrypted IS NOT NULL AND installed_at IS NOT NULL
            """;

    private static final String DELETE_SHOPPER_TOKENS = """
            DELETE FROM gateway.shopper_tokens
             WHERE store_id = $1
            """;

    private static final String ENDING = """
            SELECT id
              FROM gateway.stores
             WHERE refresh_token_encrypted IS NOT NULL AND refresh_token_expires_at < now() + interval '30 days'
             ORDER BY refresh_token_expires_at
             LIMIT $1
            """;

    private static final String COUNT_ENDING_SOON = """
            SELECT count(*) AS shops
              FROM gateway.stores
             WHERE refresh_token_encrypted IS NOT NULL AND refresh_token_expires_at < now() + interval '14 days'
            """;

    private static final String CREDIT_SHOP = """
            SELECT id, shopify_product_id, test, installed_at
              FROM gateway.stores
             WHERE id = $1 AND shopify_product_id IS NOT NULL
            """;

    private static final String CONNECTED_CREDIT_SHOPS = """
            SELECT id, shopify_product_id, test, installed_at
              FROM gateway.stores
             WHERE id > $1 AND shopify_product_id IS NOT NULL AND access_token_encrypted IS NOT NULL
             ORDER BY id
             LIMIT $2
            """;

    private final Statements statements;
    private final Stores stores;
    private final Changelog changelog;

    ShopConnections(Statements statements, Stores stores, Changelog changelog) {
        this.statements = statements;
        this.stores = stores;
        this.changelog = changelog;
    }

    public Uni<Optional<ShopConnection>> find(UUID storeId) {
        return statements.first(FIND, Tuple.of(storeId), ShopConnections::connection);
    }

    public Uni<Optional<MerchantStore>> findByDomain(String shopDomain) {
        return statements.first(
                FIND_BY_DOMAIN,
                Tuple.of(shopDomain),
                row -> new MerchantStore(
                        row.getUUID("id"),
                        row.getString("shop_domain"),
                        row.getBoolean("connected"),
                        row.getString("billing_mode"),
                        row.getString("subscription_tier"),
                        row.getString("subscription_status"),
                        row.getString("status"),
                        row.getBoolean("onboarding_completed"),
                        row.getBoolean("stopped")));
    }

    /** Opens the store of a shop that has none. Two calls at the same time open one. */
    public Uni<UUID> open(Author author, String shopDomain) {
        return stores.create(author, new NewStore(shopDomain, null, null, null, null, null, null))
                .chain(creation -> switch (creation) {
                    case Stores.Creation.Created(Store store) ->
                        Uni.createFrom().item(store.storeId());
                    case Stores.Creation.DomainTaken() ->
                        findByDomain(shopDomain)
                                .map(found -> found.orElseThrow().id());
                });
    }

    /**
     * Saves new tokens. A store that was uninstalled becomes active; one that the operator made inactive stays so.
     *
     * @param installedAt a time at which the shop had the app for certain: before its tokens were asked for. The time of the write
     *     would be later than an uninstall that comes between the two
     * @return false if the shop has removed the app since then, so its tokens are revoked
     */
    public Uni<Boolean> connect(Author author, UUID storeId, ShopTokens tokens, Instant installedAt) {
        return statements.transaction(transaction -> transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(storeId))
                .map(rows -> rows.iterator().next())
                .chain(old -> {
                    OffsetDateTime uninstalled = old.getOffsetDateTime("uninstalled_at");
                    if (uninstalled != null && uninstalled.toInstant().isAfter(installedAt)) {
                        return Uni.createFrom().item(false);
                    }
                    String status = uninstalled == null ? old.getString("status") : "active";
                    Change change = Change.between(
                            Map.of("status", old.getString("status"), "connected", old.getBoolean("connected")),
                            Map.of("status", status, "connected", true));
                    return transaction
                            .preparedQuery(CONNECT)
                            .execute(values(storeId, tokens)
                                    .addString(status)
                                    .addOffsetDateTime(Statements.utc(installedAt)))
                            .chain(() -> change.isEmpty()
                                    ? Uni.createFrom().voidItem()
                                    : changelog.write(
                                            transaction,
                                            new Entry(author, Action.STORE_CHANGED, storeId, null, change)))
                            .replaceWith(true);
                }));
    }

    /**
     * Replaces a pair of tokens with the next one.
     *
     * @param old the access token of the pair that was renewed, as it was read
     * @return false if the store has others meanwhile
     */
    public Uni<Boolean> renew(UUID storeId, String old, ShopTokens tokens) {
        return statements.changed(RENEW, values(storeId, tokens).addString(old));
    }

    /** Forgets tokens that Shopify does not accept any more, unless the store has others meanwhile. */
    public Uni<Boolean> disconnect(UUID storeId, String old) {
        return statements.changed(DISCONNECT, Tuple.of(storeId, old));
    }

    public sealed interface Uninstalling {
        record Uninstalled() implements Uninstalling {}

        /** There was nothing left to do. */
        record Before() implements Uninstalling {}

        /** The shop has installed the app again since then. */
        record InstalledAgain() implements Uninstalling {}

        record NoSuchStore() implements Uninstalling {}
    }

    /**
     * Makes the store of a shop that has removed the app inactive, and deletes its tokens and those of its shoppers. Shopify has
     * revoked its tokens already.
     *
     * @param triggeredAt when the shop removed the app, by the clock of Shopify
     */
    public Uni<Uninstalling> uninstall(Author author, UUID storeId, Instant triggeredAt) {
        return statements.transaction(transaction -> transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(storeId))
                .chain(rows -> rows.size() == 0
                        ? Uni.createFrom().item(new Uninstalling.NoSuchStore())
                        : uninstall(
                                transaction, author, storeId, rows.iterator().next(), triggeredAt)));
    }

    private Uni<Uninstalling> uninstall(
            SqlConnection transaction, Author author, UUID storeId, Row old, Instant triggeredAt) {
        OffsetDateTime installedAt = old.getOffsetDateTime("installed_at");
        if (installedAt != null && installedAt.toInstant().isAfter(triggeredAt)) {
            return Uni.createFrom().item(new Uninstalling.InstalledAgain());
        }
        Change change = Change.between(
                Map.of("status", old.getString("status"), "connected", old.getBoolean("connected")),
                Map.of("status", "inactive", "connected", false));
        if (change.isEmpty()) {
            return Uni.createFrom().item(new Uninstalling.Before());
        }
        return transaction
                .preparedQuery(UNINSTALL)
                .execute(Tuple.of(storeId, Statements.utc(triggeredAt)))
                .chain(() -> transaction.preparedQuery(DELETE_SHOPPER_TOKENS).execute(Tuple.of(storeId)))
                .chain(() -> changelog.write(
                        transaction, new Entry(author, Action.STORE_UNINSTALLED, storeId, null, change)))
                .replaceWith(new Uninstalling.Uninstalled());
    }

    /** Whether the store's shop has the app, by an install after that time. Unknown: false. */
    public Uni<Boolean> isInstalledAfter(UUID storeId, Instant time) {
        return statements
                .first(FIND_INSTALL, Tuple.of(storeId), row -> row.getOffsetDateTime("installed_at")
                        .toInstant())
                .map(found -> found.filter(installed -> installed.isAfter(time)).isPresent());
    }

    /** The stores whose refresh token ends within a month, those that end first. */
    public Uni<List<UUID>> ending(int most) {
        return statements.list(ENDING, Tuple.of(most), row -> row.getUUID("id"));
    }

    /** How many stores have a refresh token that ends within two weeks. */
    public Uni<Long> countEndingSoon() {
        return statements
                .first(COUNT_ENDING_SOON, Tuple.tuple(), row -> row.getLong("shops"))
                .map(Optional::orElseThrow);
    }

    /** Empty if it has never sold credits. An uninstalled store is found: its orders can still be given back. */
    public Uni<Optional<CreditShop>> creditShop(UUID storeId) {
        return statements.first(CREDIT_SHOP, Tuple.of(storeId), ShopConnections::creditShop);
    }

    /** Those that are connected to their shop, by id. */
    public Uni<List<CreditShop>> connectedCreditShops(UUID after, int most) {
        return statements.list(CONNECTED_CREDIT_SHOPS, Tuple.of(after, most), ShopConnections::creditShop);
    }

    private static CreditShop creditShop(Row row) {
        OffsetDateTime installed = row.getOffsetDateTime("installed_at");
        return new CreditShop(
                row.getUUID("id"),
                row.getString("shopify_product_id"),
                row.getBoolean("test"),
                installed == null ? null : installed.toInstant());
    }

    private static Tuple values(UUID storeId, ShopTokens tokens) {
        return Tuple.from(Arrays.asList(
                storeId,
                text(tokens.accessToken()),
                seconds(tokens.accessSeconds()),
                text(tokens.refreshToken()),
                seconds(tokens.refreshSeconds()),
                tokens.scopes()));
    }

    private static Double seconds(OptionalLong seconds) {
        return seconds.isPresent() ? (double) seconds.getAsLong() : null;
    }

    private static String text(Buffer sealed) {
        return sealed == null ? null : Base64.getEncoder().encodeToString(sealed.getBytes());
    }

    private static ShopConnection connection(Row row) {
        return new ShopConnection(
                row.getUUID("id"),
                row.getString("shop_domain"),
                row.getString("access_token_encrypted"),
                row.getBoolean("fresh"),
                row.getString("refresh_token_encrypted"),
                Boolean.TRUE.equals(row.getBoolean("ending")),
                Optional.ofNullable(row.getString("shopify_product_id"))
                        .filter(product -> row.getString("shopify_variant_id") != null)
                        .map(product -> new CreditProduct(product, row.getString("shopify_variant_id"))));
    }
}
