package dev.wearon.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.util.Objects;

/**
 * An order of credits that a shopper has paid at a checkout of the store's own.
 *
 * @param orderId the store's id of the order, which is booked once
 * @param shopperEmail null if the shopper has a reference
 * @param shopperRef the store's own reference of the shopper, or null
 * @param amount what the shopper paid, in the main unit of the currency
 * @param currency the code in ISO 4217, like {@code EUR}
 * @param returned how many of the credits were given back, in total
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PaidOrder(
        @JsonProperty("order_id") String orderId,
        @JsonProperty("shopper_email") String shopperEmail,
        @JsonProperty("shopper_ref") String shopperRef,
        @JsonProperty("credits") int credits,
        @JsonProperty("amount") BigDecimal amount,
        @JsonProperty("currency") String currency,
        @JsonProperty("returned") int returned) {

    public PaidOrder {
        Objects.requireNonNull(orderId, "orderId");
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(currency, "currency");
    }

    /** An order of a shopper with this e-mail address. */
    public static PaidOrder byEmail(
            String orderId, String shopperEmail, int credits, BigDecimal amount, String currency) {
        return new PaidOrder(orderId, shopperEmail, null, credits, amount, currency, 0);
    }

    /** An order of a shopper with this reference. */
    public static PaidOrder byReference(
            String orderId, String shopperRef, int credits, BigDecimal amount, String currency) {
        return new PaidOrder(orderId, null, shopperRef, credits, amount, currency, 0);
    }

    /** This order after so many of its credits were given back, in total. */
    public PaidOrder withReturned(int returned) {
        return new PaidOrder(orderId, shopperEmail, shopperRef, credits, amount, currency, returned);
    }

    /** Without the shopper. */
    @Override
    public String toString() {
        return "PaidOrder[" + orderId + ", " + credits + " credits, " + returned + " returned]";
    }
}
