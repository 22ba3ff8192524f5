package dev.wearon.gateway.limits;

/**
 * A limited number of calls per time, of a store, or of one of its shoppers or shopper tokens.
 *
 * @param key the Redis key. It has the store's id in braces, which keeps all windows of a request on one node of a cluster
 */
record Window(Kind kind, String key, int limit) {

    /** A window has this many buckets, plus the current one. */
    static final int BUCKETS = 60;

    enum Kind {
        MINUTE("minute", 60, true, "requests of this store in a minute"),
        HOUR("hour", 3_600, true, "requests of this store in an hour"),
        POLLS("polls", 60, true, "reads of this store's try-ons in a minute"),
        SHOPPER("shopper", 60, false, "reads of this shopper's credits in a minute"),
        SHOPPERS("shoppers", 60, true, "reads of this store's shoppers' credits in a minute"),
        SHOPPER_DAY("shopper-day", 86_400, false, "try-ons for this shopper in 24 hours"),
        IMPORTS("imports", 60, true, "imports of images of this store in a minute"),
        TOKEN_IMPORTS("token-imports", 60, false, "imports of images with this shopper token in a minute"),
        STOREFRONT("storefront", 60, true, "reads of this store's storefront in a minute"),
        MINTS("mints", 60, true, "shopper tokens of this store's storefront in a minute"),
        SHOPPER_MINTS("shopper-mints", 86_400, false, "shopper tokens of this shopper in 24 hours"),
        ADDRESS_MINTS("address-mints", 3_600, false, "shopper tokens of this network address in an hour"),
        TOKEN("token", 60, false, "requests with this shopper token in a minute"),
        TOKEN_POLLS("token-polls", 60, false, "reads of try-ons with this shopper token in a minute");

        private final String wire;
        private final int seconds;
        private final boolean ofStore;
        private final String counted;

        Kind(String wire, int seconds, boolean ofStore, String counted) {
            this.wire = wire;
            this.seconds = seconds;
            this.ofStore = ofStore;
            this.counted = counted;
        }

        /** The name in the headers. */
        String wire() {
            return wire;
        }

        int seconds() {
            return seconds;
        }

        /** Whether it counts the calls of a whole store, not those of one shopper or token. */
        boolean isOfStore() {
            return ofStore;
        }

        long bucketMs() {
            return seconds * 1_000L / BUCKETS;
        }
    }

    /** The value for {@code RateLimit-Policy}. */
    String policy() {
        return '"' + kind.wire + "\";q=" + limit + ";w=" + kind.seconds;
    }

    String description() {
        return limit + " " + kind.counted;
    }
}
