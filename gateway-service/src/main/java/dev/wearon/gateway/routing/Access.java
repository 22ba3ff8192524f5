package dev.wearon.gateway.routing;

/** Who may call a route, and what proves it. */
public enum Access {
    /** A store, by one of its API keys. */
    API_KEY,
    /** The operator, by a token. */
    OPERATOR,
    /** The owner of a URL that storage signed. Storage verifies it. */
    SIGNED_URL,
    /** An external system that signs the raw bytes of its messages. */
    WEBHOOK_SIGNATURE,
    /** A consumer. No route yet. */
    CONSUMER,
    /** A shopper, by a token that a store requested. No route yet. */
    SHOPPER_TOKEN,
    /** Everybody. */
    PUBLIC
}
