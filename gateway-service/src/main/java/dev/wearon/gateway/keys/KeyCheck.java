package dev.wearon.gateway.keys;

import dev.wearon.identity.Principal;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/** The result of checking an API key. */
public sealed interface KeyCheck {

    /**
     * An active key of an active store.
     *
     * @param scopes what the key may do
     * @param keyPrefix the first 16 characters, which identify the key for people
     * @param allowedOrigins the pages that may use the key from a browser; empty: only servers may use it
     * @param terms the terms of the store, at most a second old, or older while the database is unreachable
     * @param shopperCreatesPerDay the store's own limit of try-ons per shopper; empty if it has none
     * @param anonymousPerDay the most try-ons that the store's anonymous shopper tokens may create on a day (UTC)
     */
    record Valid(
            UUID storeId,
            UUID keyId,
            String keyPrefix,
            Set<Scope> scopes,
            Set<String> allowedOrigins,
            Principal.Terms terms,
            OptionalInt shopperCreatesPerDay,
            int anonymousPerDay)
            implements KeyCheck {}

    /** The key is missing, malformed, unknown, revoked, expired or of an inactive store. The result never says which. */
    record Refused() implements KeyCheck {}

    /** The key is not in the cache, and too many unknown keys were looked up in this second. */
    record TooMany() implements KeyCheck {}
}
