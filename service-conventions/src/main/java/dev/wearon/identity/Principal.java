package dev.wearon.identity;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The caller, from a signed identity. A store, shopper or consumer is never taken from a body, a query or an unsigned header.
 */
public sealed interface Principal {

    /** The kind of caller, for {@code @RolesAllowed}; the only value of the JWT claim {@code groups}. */
    String role();

    /** The caller's name within its role; the subject of the identity. */
    String name();

    /**
     * A store; its merchant's server calls with an API key.
     *
     * @param shopperEmail the normalised address of the shopper, if the server sent a usable one
     * @param terms the terms that other services need, so that no service keeps a copy
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
     * A shopper of a store, in a browser, with a short-lived token instead of the store's API key.
     *
     * @param shopperEmail the owner of the wallet at that store; empty if the store pays and the shopper has no wallet
     * @param terms the terms of the store
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

    /** A consumer, who has an account independent of any store. */
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

    /**
     * A service that acts for itself (a worker, a job, or the gateway for the operator). The path names the owner of the data.
     */
    record Service(String name) implements Principal {

        public static final String ROLE = "service";

        @Override
        public String role() {
            return ROLE;
        }
    }

    /** Who pays for a try-on: the store (pool, or overage), or the shopper from a wallet at the store. */
    enum BillingMode {
        ABSORB_MODE,
        RESELL_MODE;

        /** The name on the wire and in tables, for example {@code absorb_mode}. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static BillingMode ofWire(String wire) {
            return valueOf(wire.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * The terms of a store when the identity was signed, so they may be minutes old.
     *
     * @param overageCapCents the limit of overage per calendar month, above 0; empty: overage is off
     * @param shopperRequired whether every try-on must name its shopper, even if the store pays
     */
    record Terms(
            BillingMode billingMode,
            Optional<String> tier,
            Optional<String> subscriptionStatus,
            Optional<Integer> overageCapCents,
            boolean shopperRequired) {}
}
