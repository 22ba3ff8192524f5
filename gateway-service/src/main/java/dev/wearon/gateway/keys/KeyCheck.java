package dev.wearon.gateway.keys;

import dev.wearon.identity.Principal;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/** What an API key turned out to be. */
public sealed interface KeyCheck {

    /**
     * An active key of an active store.
     *
     * @param keyPrefix the first 16 characters, by which people tell keys apart
     * @param allowedOrigins whose browsers may use the key; empty: servers only
     * @param terms the store's, as they were less than a second ago (while the database is away: when it was last asked)
     * @param shopperCreatesPerDay for how many try-ons one shopper may ask; empty: no figure of the store's own
     */
    record Valid(
            UUID storeId,
            String keyPrefix,
            Set<String> allowedOrigins,
            Principal.Terms terms,
            OptionalInt shopperCreatesPerDay)
            implements KeyCheck {}

    /** Missing, malformed, unknown, revoked, past its end, or of an inactive store: deliberately not told apart. */
    record Refused() implements KeyCheck {}

    /** Not known here, and more such keys were offered in this second than are looked up, while the database answers. */
    record TooMany() implements KeyCheck {}
}
