package dev.wearon.gateway.stores;

/** The product in a shop that sells one credit, and its variant, both as the digits of the shop. */
public record CreditProduct(String productId, String variantId) {}
