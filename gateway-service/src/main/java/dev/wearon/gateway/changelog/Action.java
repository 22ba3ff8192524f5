package dev.wearon.gateway.changelog;

import java.util.Locale;

/** The kind of a change. */
public enum Action {
    STORE_CREATED,
    STORE_CHANGED,
    STORE_SUSPENDED,
    STORE_UNINSTALLED,
    SHOPPER_REDACTED,
    SHOPPER_EXPORTED,
    SHOP_REDACTED,
    KEY_ISSUED,
    KEY_REVOKED,
    KEY_ROTATED,
    CREDITS_GRANTED,
    REPAIR_BEGUN,
    CONFIG_CHANGED,
    ENDPOINT_CREATED,
    ENDPOINT_CHANGED,
    ENDPOINT_DELETED,
    ENDPOINT_ROTATED,
    ENDPOINT_DISABLED,
    WEBHOOK_REPLAYED;

    /** The name in the table and on the wire, for example {@code store.created}. */
    String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
