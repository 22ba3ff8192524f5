package dev.wearon.gateway.webhooks;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a webhook tells its receiver. */
public enum EventType {
    GENERATION_COMPLETED,
    GENERATION_FAILED,
    CREDITS_LOW,
    CREDITS_PURCHASED,
    /** The store asked for it. Every endpoint receives it. */
    ENDPOINT_TEST;

    /** The name on the wire and in tables, for example {@code generation.completed}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    static Optional<EventType> ofWire(String wire) {
        return Arrays.stream(values()).filter(type -> type.wire().equals(wire)).findFirst();
    }
}
