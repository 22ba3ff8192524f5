package dev.wearon.gateway.limits;

/** What a request to a route draws on. */
public enum Budget {
    /** The store's calls, by its tier: per minute and per hour. */
    CALLS,
    /** The same, and what the shopper may ask for in a day, where the store or the operator limits that. */
    CREATE,
    /**
     * The shopper's own reads in a minute, and those of all shoppers of the store, as many as its polls: anybody may name
     * ever new shoppers. The store's calls where the request names none.
     */
    SHOPPER,
    /** The store's polls in a minute: a multiple of its calls. */
    POLLS,
    /** Nothing: there is no store whose budget it could be, or a signature is the permission. */
    NONE
}
