package dev.wearon.gateway.routing;

/** How a request is answered. */
public enum Delivery {
    /** A service's JSON, held whole, with the envelope around it. */
    ENVELOPE,
    /** A service's JSON as it is. No route yet. */
    JSON,
    /** Bytes, streamed both ways. */
    BYTES,
    /** A service's event stream, for as long as both sides and the caller's access last. */
    EVENTS,
    /** One of the gateway's own resources, with the body whole. */
    RESOURCE,
    /** A page of the documentation: the request goes on to it as it is. */
    PAGE
}
