package dev.wearon.gateway.shoppers;

import dev.wearon.gateway.keys.KeyCheck;

/** The result of checking a shopper token. */
public sealed interface TokenCheck {

    /** @param key the API key that requested the token. The token may not do more than this key */
    record Valid(ShopperToken token, KeyCheck.Valid key) implements TokenCheck {}

    /** The token is malformed, unknown or expired, or its key has ended. The result never says which. */
    record Refused() implements TokenCheck {}

    /** The token is not in the cache, and too many unknown tokens were looked up in this second; or its key is not, and too many
     * unknown keys were. */
    record TooMany() implements TokenCheck {}
}
