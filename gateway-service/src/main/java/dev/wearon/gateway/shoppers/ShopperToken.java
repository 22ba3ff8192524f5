package dev.wearon.gateway.shoppers;

import java.util.Optional;
import java.util.UUID;

/**
 * What a token permits. It never changes.
 *
 * @param keyHash the hash of the API key that requested the token
 * @param shopper a normalised e-mail address, or {@code ref:} and the reference of the store; empty for an anonymous token
 * @param origin the only origin whose pages may use the token
 */
public record ShopperToken(UUID id, UUID storeId, String keyHash, Optional<String> shopper, String origin) {}
