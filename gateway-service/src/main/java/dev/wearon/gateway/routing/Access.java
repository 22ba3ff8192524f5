package dev.wearon.gateway.routing;

/** Who may call a route, and how that is proved. */
public enum Access {
    /** A store, by one of its API keys. */
    API_KEY,
    /** The operator, by a token. */
    OPERATOR,
    /** Whoever holds a URL that storage signed. Storage checks it. */
    SIGNED_URL,
    /** A foreign system that signs the raw bytes of its messages. */
    WEBHOOK_SIGNATURE,
    /** A consumer. No route yet. */
    CONSUMER,
    /** A shopper, by a token that a store had minted. No route yet. */
    SHOPPER_TOKEN,
    /** Everybody. */
    PUBLIC
}
