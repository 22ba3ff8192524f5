package dev.wearon.gateway.stores;

import java.util.Optional;
import java.util.UUID;

/**
 * The connection of a store to its shop.
 *
 * @param accessToken encrypted, as it is stored; null: not connected
 * @param fresh whether the access token is valid for a minute at least, as far as Shopify has said
 * @param refreshToken encrypted, as it is stored; null if there is none
 * @param ending whether the refresh token ends within a month
 * @param product empty until it was made
 */
public record ShopConnection(
        UUID storeId,
        String shopDomain,
        String accessToken,
        boolean fresh,
        String refreshToken,
        boolean ending,
        Optional<CreditProduct> product) {

    public boolean isConnected() {
        return accessToken != null;
    }
}
