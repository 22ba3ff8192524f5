package dev.wearon.credits.wallets;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/**
 * The balances of pools that stores read. One is remembered for {@code wearon.ledger.remember-balances}, at most a second. What
 * this process does with a wallet has an effect at once: whoever has the answer to a charge never reads a balance from before it.
 * Other processes and SQL functions have an effect when the time is over.
 */
@ApplicationScoped
public class RememberedBalances {

    private final Wallets wallets;
    private final RememberedAnswers<UUID, Balance> balances;

    RememberedBalances(Wallets wallets, BalancesConfig config) {
        this.wallets = wallets;
        this.balances = new RememberedAnswers<>(config.rememberBalances());
    }

    Uni<Balance> balance(UUID storeId) {
        return balances.get(storeId, () -> wallets.balance(storeId).map(Optional::of))
                .map(Optional::orElseThrow);
    }

    /** Call it after each change of a store's wallets, also after one whose outcome is unknown, and before it is answered. */
    public void forget(UUID storeId) {
        balances.forget(storeId);
    }
}
