package dev.wearon.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The caller, from a signed identity. A store, shopper or consumer is never taken from a body, a query or an unsigned header.
 */
public sealed interface Principal {

    /** The kind of caller, for {@code @RolesAllowed}; the only value of the JWT claim {@code groups}. */
    String role();

    /** The caller's name within its role; the subject of the identity. */
    String name();

    /** A caller that acts at a store: the store itself, or one of its shoppers. */
    sealed interface OfStore extends Principal permits Store, ShopperToken {

        UUID storeId();

        /** The API key of the call, or of the shopper's token; empty if the gateway that signed does not name it yet. */
        Optional<UUID> keyId();

        /**
         * The shopper: a normalised e-mail address, or {@code ref:} and the reference that the store uses. A reference contains
         * no {@code @}, so it is never the address of another shopper.
         */
        Optional<String> shopper();

        /** The terms that other services need, so that no service keeps a copy. */
        Terms terms();

        /** Whom the things belong to, within the store, that the caller makes; empty: to the store alone. */
        Optional<UUID> owner();

        /** Whose things the caller may use; empty: everything of the store. */
        Optional<UUID> confinedTo();

        /** Whether the caller may keep images until they are deleted, and list and delete those. */
        boolean keepsImages();

        /**
         * The pseudonym of an owner within a store: the first 128 bits of a SHA-256. It is the same for every service and every
         * key of the suite, so rows and URLs may have it. It contains no address; ADR 69 says what it hides.
         *
         * @param shopper as in {@link #shopper()}
         * @param tokenId the owner if there is no shopper: an anonymous token
         * @return empty without both
         */
        static Optional<UUID> owner(UUID storeId, Optional<String> shopper, Optional<UUID> tokenId) {
            return shopper.map(text -> "shopper\n" + text)
                    .or(() -> tokenId.map(id -> "token\n" + id))
                    .map(name -> pseudonym(storeId + "\n" + name));
        }

        private static UUID pseudonym(String text) {
            try {
                ByteBuffer hash = ByteBuffer.wrap(
                        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
                return new UUID(hash.getLong(), hash.getLong());
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("Every Java has SHA-256", impossible);
            }
        }
    }

    /**
     * A store; its merchant's server calls with an API key.
     *
     * @param shopper empty if the server sent no usable address
     * @param keepsImages whether the key has the scope for it, and no page in a browser calls with it
     */
    record Store(UUID storeId, Optional<UUID> keyId, Optional<String> shopper, Terms terms, boolean keepsImages)
            implements OfStore {

        public static final String ROLE = "store";

        /** A store that may not keep images. */
        public Store(UUID storeId, Optional<UUID> keyId, Optional<String> shopper, Terms terms) {
            this(storeId, keyId, shopper, terms, false);
        }

        @Override
        public String role() {
            return ROLE;
        }

        @Override
        public String name() {
            return storeId.toString();
        }

        @Override
        public Optional<UUID> owner() {
            return OfStore.owner(storeId, shopper, Optional.empty());
        }

        @Override
        public Optional<UUID> confinedTo() {
            return Optional.empty();
        }
    }

    /**
     * A shopper of a store, in a browser, with a short-lived token instead of the store's API key.
     *
     * @param keyId the key that requested the token
     * @param shopper empty if the token is anonymous: only the token itself owns what it makes
     */
    record ShopperToken(UUID tokenId, UUID storeId, Optional<UUID> keyId, Optional<String> shopper, Terms terms)
            implements OfStore {

        public static final String ROLE = "shopper";

        @Override
        public String role() {
            return ROLE;
        }

        @Override
        public String name() {
            return tokenId.toString();
        }

        @Override
        public Optional<UUID> owner() {
            return OfStore.owner(storeId, shopper, Optional.of(tokenId));
        }

        @Override
        public Optional<UUID> confinedTo() {
            return owner();
        }

        @Override
        public boolean keepsImages() {
            return false;
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
     * @param dailyCreditCap the most credits that the store's try-ons may take on a day (UTC), above 0; empty: no limit
     * @param lowCreditsAt the store is told when a charge leaves this many credits in its pool, or fewer; empty: never
     * @param test whether it is a test store: its credits are test credits, and its prompts may name scenarios
     * @param imageHosts the hosts from which images may be imported for the store, in lower case
     */
    record Terms(
            BillingMode billingMode,
            Optional<String> tier,
            Optional<String> subscriptionStatus,
            Optional<Integer> overageCapCents,
            boolean shopperRequired,
            Optional<Integer> dailyCreditCap,
            Optional<Integer> lowCreditsAt,
            boolean test,
            Set<String> imageHosts) {

        public Terms {
            imageHosts = Set.copyOf(imageHosts);
        }

        /** The terms of a store that is no test store, and imports no images. */
        public Terms(
                BillingMode billingMode,
                Optional<String> tier,
                Optional<String> subscriptionStatus,
                Optional<Integer> overageCapCents,
                boolean shopperRequired,
                Optional<Integer> dailyCreditCap,
                Optional<Integer> lowCreditsAt) {
            this(
                    billingMode,
                    tier,
                    subscriptionStatus,
                    overageCapCents,
                    shopperRequired,
                    dailyCreditCap,
                    lowCreditsAt,
                    false,
                    Set.of());
        }
    }
}
