package dev.wearon.gateway.routing;

/** Which connections to its service a request takes: none of these can use up those of another. */
public enum Pool {
    CALLS,
    UPLOADS,
    DOWNLOADS,
    EVENTS
}
