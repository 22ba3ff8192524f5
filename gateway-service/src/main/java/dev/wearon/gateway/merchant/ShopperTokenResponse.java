package dev.wearon.gateway.merchant;

import dev.wearon.gateway.shoppers.IssuedToken;
import java.time.Instant;

/**
 * A new shopper token.
 *
 * @param cartLink puts a credit for this shopper into the cart of the shop; null if the store sells no credits at Shopify
 */
public record ShopperTokenResponse(String token, Instant expiresAt, String cartLink) {

    static ShopperTokenResponse of(IssuedToken issued, String cartLink) {
        return new ShopperTokenResponse(issued.token(), issued.expiresAt(), cartLink);
    }

    @Override
    public String toString() {
        return "ShopperTokenResponse[expiresAt=" + expiresAt + "]";
    }
}
