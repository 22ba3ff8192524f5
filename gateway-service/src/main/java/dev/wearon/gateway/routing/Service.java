package dev.wearon.gateway.routing;

/** Who answers. */
public enum Service {
    GATEWAY,
    CREDITS,
    GENERATION,
    STORAGE
}
