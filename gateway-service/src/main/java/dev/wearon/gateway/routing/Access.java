package dev.wearon.gateway.routing;

/** The caller that a route requires, and its proof. */
public enum Access {
    /** A store, by one of its API keys; on some routes also its shoppers ({@link Route.Flag#SHOPPERS}). */
    API_KEY,
    /** The operator, by a token. */
    OPERATOR,
    /** The owner of a URL that storage signed. Storage verifies it. */
    SIGNED_URL,
    /** An external system that signs the raw bytes of its messages. */
    WEBHOOK_SIGNATURE,
    /** A merchant in the Shopify admin, by a session token of Shopify for its shop. */
    SHOPIFY_SESSION,
    /** A page of a shop, by a query that the app proxy of Shopify has signed. */
    SHOPIFY_PROXY,
    /** A consumer; no route uses this yet. */
    CONSUMER,
    /** Any caller, without proof. */
    PUBLIC
}
