package dev.wearon.credits.charges;

import dev.wearon.identity.Principal;
import java.util.Optional;
import java.util.UUID;

/**
 * Who pays: the store (pool, or overage), or one of its shoppers from a wallet at that store.
 *
 * @param shopper any name of the shopper: an e-mail address, or {@code ref:} and a reference; empty if the store pays
 * @param overage the terms if the pool is too small for a charge; empty if a shopper pays, or without overage
 * @param dailyCap the credits that all charges of the store may take on a UTC day, whoever pays; empty without a cap
 */
record Payer(UUID storeId, Optional<String> shopper, Optional<Overage> overage, Optional<Integer> dailyCap) {

    /**
     * @param priceCents the price of one credit
     * @param capCents the cap of one calendar month (UTC)
     */
    record Overage(int priceCents, int capCents) {}

    /** @return empty if a shopper must pay and the identity names no shopper */
    static Optional<Payer> of(Principal.OfStore caller, OverageConfig prices) {
        Optional<Integer> dailyCap = caller.terms().dailyCreditCap();
        return switch (caller.terms().billingMode()) {
            case ABSORB_MODE ->
                Optional.of(new Payer(caller.storeId(), Optional.empty(), prices.overageOf(caller.terms()), dailyCap));
            case RESELL_MODE ->
                caller.shopper()
                        .map(shopper -> new Payer(caller.storeId(), Optional.of(shopper), Optional.empty(), dailyCap));
        };
    }
}
