package dev.wearon.credits.charges;

import dev.wearon.identity.Principal;
import java.util.Optional;
import java.util.UUID;

/**
 * Who pays: the store (pool, or overage), or one of its shoppers from a wallet at that store.
 *
 * @param shopperEmail empty if the store pays
 * @param overage the terms if the pool is too small for a charge; empty if a shopper pays, or without overage
 */
record Payer(UUID storeId, Optional<String> shopperEmail, Optional<Overage> overage) {

    /**
     * @param priceCents the price of one credit
     * @param capCents the cap of one calendar month (UTC)
     */
    record Overage(int priceCents, int capCents) {}

    /** The key of the group commit: two charges of one wallet are never committed at the same time. */
    record Wallet(UUID storeId, Optional<String> shopperEmail) {}

    /** @return empty if a shopper must pay and the identity names no shopper */
    static Optional<Payer> of(Principal.Store store, OverageConfig prices) {
        return switch (store.terms().billingMode()) {
            case ABSORB_MODE ->
                Optional.of(new Payer(store.storeId(), Optional.empty(), prices.overageOf(store.terms())));
            case RESELL_MODE ->
                store.shopper().map(email -> new Payer(store.storeId(), Optional.of(email), Optional.empty()));
        };
    }

    Wallet wallet() {
        return new Wallet(storeId, shopperEmail);
    }
}
