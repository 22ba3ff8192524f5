package dev.wearon.credits.lists;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Purchases, newest first.
 *
 * @param nextCursor the cursor of the next, older page; null on the last page
 */
record PurchasePage(List<Listed> purchases, String nextCursor) {

    /**
     * A purchase without its shopper.
     *
     * @param completedAt null until then
     * @param test whether it is of a test store
     */
    record Listed(
            UUID purchaseId,
            UUID storeId,
            String orderId,
            String status,
            int credits,
            int granted,
            int returned,
            int clawedBack,
            int shortfall,
            BigDecimal amount,
            String currency,
            Instant createdAt,
            Instant completedAt,
            boolean test) {}
}
