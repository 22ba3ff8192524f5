package dev.wearon.gateway.keys;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What an API key may do. A route names the scope that it requires. */
public enum Scope {
    /** Upload pictures and create try-ons. */
    GENERATIONS_WRITE,
    /** Read try-ons and pictures. */
    GENERATIONS_READ,
    /** Read the balance and the transactions of the store. */
    CREDITS_READ,
    /** Read the balance of a shopper. */
    SHOPPERS_READ,
    /** Read the configuration and the figures of the store. */
    STORE_READ,
    /** Change the configuration of the store. */
    STORE_WRITE,
    /** Request tokens for shoppers. */
    SHOPPER_TOKENS_MINT,
    /** Book the purchases of shoppers. */
    PURCHASES_WRITE,
    /** Manage the receivers of webhooks. */
    WEBHOOKS_WRITE,
    /** Keep pictures until they are deleted. */
    IMAGES_KEEP;

    /** The scopes of a key that names none. */
    public static final Set<Scope> DEFAULT =
            Set.of(GENERATIONS_WRITE, GENERATIONS_READ, CREDITS_READ, SHOPPERS_READ, STORE_READ, STORE_WRITE);

    /** The scopes that act for the merchant's server. Their routes refuse every request from a browser. */
    public static final Set<Scope> SERVER_ONLY =
            Set.copyOf(EnumSet.of(SHOPPER_TOKENS_MINT, PURCHASES_WRITE, WEBHOOKS_WRITE, IMAGES_KEEP));

    private final String wire;

    Scope() {
        // Only the last word is behind the colon: shopper-tokens:mint.
        String name = name().toLowerCase(Locale.ROOT);
        int last = name.lastIndexOf('_');
        this.wire = name.substring(0, last).replace('_', '-') + ":" + name.substring(last + 1);
    }

    /** The name on the wire and in tables, for example {@code generations:write}. */
    public String wire() {
        return wire;
    }

    public static Optional<Scope> ofWire(String wire) {
        return Arrays.stream(values()).filter(scope -> scope.wire.equals(wire)).findFirst();
    }
}
