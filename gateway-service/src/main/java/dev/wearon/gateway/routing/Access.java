package dev.wearon.gateway.routing;

/** The caller that a route requires, and its proof. */
public enum Access {
    /** A store, by one of its API keys. */
    API_KEY,
    /** The operator, by a token. */
    OPERATOR,
    /** The owner of a URL that storage signed. Storage verifies it. */
    SIGNED_URL,
    /** An external system that signs the raw bytes of its messages. */
    WEBHOOK_SIGNATURE,
    /** A consumer; no route uses this yet. */
    CONSUMER,
    /** A shopper, by a token that a store requested; no route uses this yet. */
    SHOPPER_TOKEN,
    /** Any caller, without proof. */
    PUBLIC
}
