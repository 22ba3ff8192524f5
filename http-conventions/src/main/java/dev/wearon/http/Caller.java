package dev.wearon.http;

import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * The store on whose behalf a request arrives, as the gateway's signed identity says it. No store id is ever taken from
 * a body, a query or an unsigned header.
 *
 * @param storeId whose request this is
 * @param shopperEmail the shopper at that store, normalised, when the merchant's server named a usable one
 * @param terms what the ledger must know of the store, nothing of it is synchronised between services
 */
public record Caller(UUID storeId, Optional<String> shopperEmail, Terms terms) {

    /** Requests of a store; only the gateway's key may sign this. */
    public static final String STORE = "store";

    /** A service acting as itself (worker, background job, operator): the store then stands in the path. */
    public static final String SERVICE = "service";

    /** Names of the claims, shared by who signs and who reads. */
    public static final class Claims {
        public static final String STORE_ID = "store_id";
        public static final String SHOPPER_EMAIL = "shopper_email";
        public static final String BILLING_MODE = "billing_mode";
        public static final String SUBSCRIPTION_TIER = "subscription_tier";
        public static final String SUBSCRIPTION_STATUS = "subscription_status";

        private Claims() {}
    }

    /** Who pays for a try-on: the store from its pool, or the shopper from a wallet at that store. */
    public enum BillingMode {
        ABSORB_MODE,
        RESELL_MODE;

        /** The word on the wire and in the tables, for example {@code absorb_mode}. */
        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        public static BillingMode ofWire(String wire) {
            return valueOf(wire.toUpperCase(java.util.Locale.ROOT));
        }
    }

    /** The store's contract at the moment the identity was signed (it lives for minutes). */
    public record Terms(BillingMode billingMode, Optional<String> tier, Optional<String> subscriptionStatus) {}

    /** Reads a verified identity of the {@link #STORE} role. */
    public static Caller of(JsonWebToken identity) {
        return new Caller(
                UUID.fromString(identity.getClaim(Claims.STORE_ID)),
                identity.claim(Claims.SHOPPER_EMAIL),
                new Terms(
                        BillingMode.ofWire(identity.getClaim(Claims.BILLING_MODE)),
                        identity.claim(Claims.SUBSCRIPTION_TIER),
                        identity.claim(Claims.SUBSCRIPTION_STATUS)));
    }
}
