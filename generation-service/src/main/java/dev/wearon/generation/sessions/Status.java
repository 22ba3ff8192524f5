package dev.wearon.generation.sessions;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A session's status. It only moves forward. */
public enum Status {
    QUEUED,
    PROCESSING,
    COMPLETED,
    FAILED;

    /** The name in responses and in the table. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Status ofWire(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
