package dev.wearon.credits.wallets;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.wearon.credits.ledger.LedgerConfig;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/**
 * The stores whose credits are test credits. The gateway says that a store is one: with a grant, and in the identity of a charge.
 * The ledger then writes it down before the first movement, and PostgreSQL keeps it for ever. So a wallet never has credits of
 * both kinds.
 */
@ApplicationScoped
public class TestStores {

    private static final String ADMIT = "SELECT credits.admit_test_store($1) AS admitted";

    private static final int MAX_REMEMBERED = 10_000;

    private final Statements statements;

    /** What is true for ever, so that a charge of a test store needs no further statement. */
    private final Cache<UUID, Boolean> admitted =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();

    TestStores(Statements statements, LedgerConfig config) {
        this.statements = statements.within(config.responseTimeout());
    }

    /** Whether the ledger knows the store as a test store from now on; false if it has credits of the real kind. */
    public Uni<Boolean> admits(UUID storeId) {
        return admitted.getIfPresent(storeId) != null
                ? Uni.createFrom().item(true)
                : statements
                        .first(ADMIT, Tuple.of(storeId), row -> row.getBoolean("admitted"))
                        .map(Optional::orElseThrow)
                        .invoke(yes -> {
                            if (yes) {
                                admitted.put(storeId, true);
                            }
                        });
    }
}
