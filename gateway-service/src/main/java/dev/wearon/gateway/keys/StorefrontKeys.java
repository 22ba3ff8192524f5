package dev.wearon.gateway.keys;

import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the API key that mints the shopper tokens of a storefront. The statement has no store as a parameter, because it finds the
 * store by the domain of its shop.
 */
@ApplicationScoped
public class StorefrontKeys {

    /** What the token must be able to do: its key limits it. */
    private static final Set<Scope> SCOPES =
            Set.of(Scope.SHOPPER_TOKENS_MINT, Scope.GENERATIONS_WRITE, Scope.GENERATIONS_READ, Scope.SHOPPERS_READ);

    private static final String NEWEST = """
            SELECT (SELECT keys.key_hash
                      FROM gateway.store_api_keys AS keys
                     WHERE keys.store_id = stores.id
                       AND keys.is_active
                       AND (keys.expires_at IS NULL OR keys.expires_at > clock_timestamp())
                       AND keys.scopes @> $2::TEXT[]
                     ORDER BY keys.created_at DESC, keys.id DESC
                     LIMIT 1) AS key_hash
              FROM gateway.stores AS stores
             WHERE stores.shop_domain = $1
               AND stores.status = 'active'
               AND stores.suspended_at IS NULL
            """;

    private final Statements statements;

    StorefrontKeys(Statements statements, KeysConfig config) {
        this.statements = statements.within(config.lookupTimeout());
    }

    public sealed interface Found {
        record Key(String hash) implements Found {}

        record NoKey() implements Found {}

        record NoSuchStore() implements Found {}
    }

    /** The newest key of the active store of this shop that may mint tokens which can do everything that shoppers need. */
    public Uni<Found> newest(String shopDomain) {
        String[] scopes = SCOPES.stream().map(Scope::wire).toArray(String[]::new);
        return statements
                .<Found>first(
                        NEWEST, Tuple.of(shopDomain, scopes), row -> Optional.ofNullable(row.getString("key_hash"))
                                .<Found>map(Found.Key::new)
                                .orElseGet(Found.NoKey::new))
                .map(found -> found.orElseGet(Found.NoSuchStore::new));
    }
}
