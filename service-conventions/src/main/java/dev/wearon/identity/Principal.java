package dev.wearon.identity;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Who is calling, as a signed identity says it. No store, shopper or consumer is ever taken from a body, a query or an
 * unsigned header.
 */
public sealed interface Principal {

    /** Who calls: the word for {@code @RolesAllowed}, and the one group of the identity. */
    String role();

    /** Who it is among those of its role: the subject of the identity. */
    String name();

    /**
     * A store, called by its merchant's server with an API key.
     *
     * @param shopperEmail the shopper at that store, normalised, when the merchant's server named a usable one
     * @param terms what the ledger must know of the store; nothing of it is synchronised between services
     */
    record Store(UUID storeId, Optional<String> shopperEmail, Terms terms) implements Principal {

        public static final String ROLE = "store";

        @Override
        public String role() {
            return ROLE;
        }

        @Override
        public String name() {
            return storeId.toString();
        }
    }

    /**
     * One shopper of a store, in a browser, with a token of a few minutes instead of the store's API key.
     *
     * @param shopperEmail the shopper's wallet at that store; empty: a shopper without one, where the store pays
     * @param terms the store's
     */
    record ShopperToken(UUID tokenId, UUID storeId, Optional<String> shopperEmail, Terms terms) implements Principal {

        public static final String ROLE = "shopper";

        @Override
        public String role() {
            return ROLE;
        }

        @Override
        public String name() {
            return tokenId.toString();
        }
    }

    /** A consumer with an account of their own, who belongs to no store. */
    record Consumer(UUID consumerId) implements Principal {

        public static final String ROLE = "consumer";

        @Override
        public String role() {
            return ROLE;
        }

        @Override
        public String name() {
            return consumerId.toString();
        }
    }

    /** A service acting as itself (worker, background job, the operator at the gateway): whose data it is then stands in the path. */
    record Service(String name) implements Principal {

        public static final String ROLE = "service";

        @Override
        public String role() {
            return ROLE;
        }
    }

    /** Who pays for a try-on: the store from its pool, or the shopper from a wallet at that store. */
    enum BillingMode {
        ABSORB_MODE,
        RESELL_MODE;

        /** The word on the wire and in the tables, for example {@code absorb_mode}. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static BillingMode ofWire(String wire) {
            return valueOf(wire.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * The store's contract at the moment the identity was signed (it lives for minutes).
     *
     * @param overageCapCents what overage may cost in a calendar month, more than 0; empty: overage is off
     * @param shopperRequired whether every try-on must name its shopper, also where the store pays
     */
    record Terms(
            BillingMode billingMode,
            Optional<String> tier,
            Optional<String> subscriptionStatus,
            Optional<Integer> overageCapCents,
            boolean shopperRequired) {}
}
