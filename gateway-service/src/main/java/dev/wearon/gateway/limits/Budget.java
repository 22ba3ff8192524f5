package dev.wearon.gateway.limits;

/** The limits that count a request to a route. */
public enum Budget {
    /** The calls of the store per minute and per hour, limited by its tier, and those of its shopper token per minute. */
    CALLS,
    /** Like {@link #CALLS}, and the try-ons of the shopper per day, if the store or the operator limits them. */
    CREATE,
    /** Like {@link #CALLS}, and the imports of the store per minute, and those of its shopper token. */
    IMPORTS,
    /**
     * The reads of the shopper per minute, and those of all shoppers of the store together, because a caller can invent any
     * number of shoppers. Like {@link #CALLS} if the request names no shopper.
     */
    SHOPPER,
    /** The polls of the store per minute, a multiple of its calls, and those of its shopper token. */
    POLLS,
    /** The calls of the store's storefront per minute, a multiple of its calls, and the reads of the shopper per minute. */
    SHOP,
    /**
     * The shopper tokens of the store's storefront per minute, a multiple of its calls; those of one shopper in 24 hours; and those
     * of one network address per hour.
     */
    MINT,
    /** No limit: the request has no store, or a signature permits it. */
    NONE
}
