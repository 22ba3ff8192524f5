package dev.wearon.gateway.routing;

/** The way in which a response is delivered. */
public enum Delivery {
    /** The JSON of a service, buffered and put into the envelope. */
    ENVELOPE,
    /** The JSON of a service without the envelope; no route uses this yet. */
    JSON,
    /** Bytes, streamed both ways. */
    BYTES,
    /** The event stream of a service, while both sides are connected and the caller has access. */
    EVENTS,
    /** A resource of the gateway, with the body buffered. */
    RESOURCE,
    /** A page of the documentation, which Quarkus serves. */
    PAGE
}
