package dev.wearon.gateway.orders;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one message of Shopify says about an order. {@link RestOrder} and {@link GraphQlOrder} read it.
 *
 * @param orderId digits
 * @param head empty if the message is about a refund alone
 * @param lines of all products; empty without a head
 */
record OrderSnapshot(String orderId, Optional<Head> head, List<Line> lines, List<Refund> refunds) {

    /** A list that is larger than a message may be was cut, so what is not in it says nothing. */
    record Head(
            Instant updatedAt,
            boolean paid,
            boolean cancelled,
            boolean test,
            String currency,
            boolean allLines,
            Optional<String> tokenHash,
            Buyer buyer) {}

    /**
     * Who may have bought.
     *
     * @param attribute our attribute, not yet verified
     * @param customerId digits
     * @param email as Shopify writes it
     */
    record Buyer(Optional<String> attribute, Optional<String> customerId, Optional<String> email) {

        @Override
        public String toString() {
            return "Buyer[]";
        }
    }

    /**
     * @param productId empty for a custom line, and if the product was deleted
     * @param quantity as ordered and added, also what was removed
     * @param current what is left
     * @param net the price of all of {@code quantity} after discounts, in the currency of the shop
     */
    record Line(String id, Optional<String> productId, int quantity, int current, BigDecimal net) {}

    /** @param lines empty if only money was given back */
    record Refund(String id, List<RefundLine> lines) {}

    /** @param productId empty if the message does not say it */
    record RefundLine(String lineId, Optional<String> productId, int quantity) {}

    /** Whether any line, or any line of a refund, is of the product. */
    boolean isOf(String productId) {
        Optional<String> ours = Optional.of(productId);
        return lines.stream().anyMatch(line -> line.productId().equals(ours))
                || refunds.stream().flatMap(refund -> refund.lines().stream()).anyMatch(line -> line.productId()
                        .equals(ours));
    }
}
