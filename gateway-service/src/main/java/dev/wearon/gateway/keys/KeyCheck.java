package dev.wearon.gateway.keys;

import dev.wearon.http.Caller;
import java.util.UUID;

/** What an API key turned out to be. */
public sealed interface KeyCheck {

    /** An active key of an active store, with the store's terms as they were less than a second ago. */
    record Valid(UUID storeId, Caller.Terms terms) implements KeyCheck {}

    /** Missing, malformed, unknown, revoked, or of an inactive store: deliberately not told apart. */
    record Refused() implements KeyCheck {}
}
