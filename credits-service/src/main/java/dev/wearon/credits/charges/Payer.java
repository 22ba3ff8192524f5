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
 * @param lowCreditsAt the store is told when a charge leaves this many credits in its pool, or fewer; empty: never, or a shopper
 *     pays
 */
record Payer(
        UUID storeId,
        Optional<String> shopper,
        Optional<Overage> overage,
        Optional<Integer> dailyCap,
        Optional<Integer> lowCreditsAt) {

    /**
     * @param priceCents the price of one credit
     * @param capCents the cap of one calendar month (UTC)
     */
    record Overage(int priceCents, int capCents) {}

    /** @return empty if a shopper must pay and the identity names no shopper */
    static Optional<Payer> of(Principal.OfStore caller, OverageConfig prices) {
        Principal.Terms terms = caller.terms();
        return switch (terms.billingMode()) {
            case ABSORB_MODE -> Optional.of(payer(caller, Optional.empty(), prices.overageOf(terms)));
            case RESELL_MODE -> caller.shopper().map(shopper -> payer(caller, Optional.of(shopper), Optional.empty()));
        };
    }

    private static Payer payer(Principal.OfStore caller, Optional<String> shopper, Optional<Overage> overage) {
        Principal.Terms terms = caller.terms();
        Optional<Integer> lowCreditsAt = shopper.isPresent() ? Optional.empty() : terms.lowCreditsAt();
        return new Payer(caller.storeId(), shopper, overage, terms.dailyCreditCap(), lowCreditsAt);
    }
}
