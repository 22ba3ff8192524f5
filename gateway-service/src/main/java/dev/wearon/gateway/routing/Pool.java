package dev.wearon.gateway.routing;

/** The connection pool of a request. Pools are separate, so that none can exhaust another. */
public enum Pool {
    CALLS,
    UPLOADS,
    DOWNLOADS,
    EVENTS
}
