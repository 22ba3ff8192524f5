package dev.wearon.gateway.stores;

import java.time.Instant;
import java.util.UUID;

/**
 * A store whose shop sells credits, or has sold some.
 *
 * @param productId the product that is a credit, as digits
 * @param test whether it is a test store
 * @param installedAt when a page of the app last connected it; null: never
 */
public record CreditShop(UUID storeId, String productId, boolean test, Instant installedAt) {}
