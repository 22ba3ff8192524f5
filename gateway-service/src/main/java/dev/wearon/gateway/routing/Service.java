package dev.wearon.gateway.routing;

/** The service that responds. */
public enum Service {
    GATEWAY,
    CREDITS,
    GENERATION,
    STORAGE
}
