package dev.wearon.gateway.changelog;

import java.util.Locale;

/** What was done. */
public enum Action {
    STORE_CREATED,
    STORE_CHANGED,
    KEY_ISSUED,
    KEY_REVOKED,
    KEY_ROTATED,
    CREDITS_GRANTED,
    REPAIR_BEGUN,
    CONFIG_CHANGED;

    /** As the table and the wire have it, for example {@code store.created}. */
    String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
