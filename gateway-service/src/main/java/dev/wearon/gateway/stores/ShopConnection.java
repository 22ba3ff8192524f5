package dev.wearon.gateway.stores;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.UUID;

/**
 * The connection of a store to its shop.
 *
 * @param accessToken encrypted; null: not connected
 * @param fresh whether the access token is valid for a minute at least, as far as Shopify has said
 * @param refreshToken encrypted; null if there is none
 * @param ending whether the refresh token ends within a month
 * @param product empty until it was made
 */
public record ShopConnection(
        UUID storeId,
        String shopDomain,
        Buffer accessToken,
        boolean fresh,
        Buffer refreshToken,
        boolean ending,
        Optional<CreditProduct> product) {

    public boolean isConnected() {
        return accessToken != null;
    }
}
