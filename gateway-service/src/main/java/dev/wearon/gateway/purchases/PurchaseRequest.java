package dev.wearon.gateway.purchases;

import dev.wearon.gateway.access.ShopperEmail;
import dev.wearon.gateway.access.ShopperReference;
import dev.wearon.http.Problem;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;
import java.util.Objects;

/**
 * A paid order, as the server of a store reports it.
 *
 * @param amount what the shopper paid, in the main unit of the currency
 * @param currency the code in ISO 4217
 * @param returned how many of the credits were given back, in total; null: none
 */
public record PurchaseRequest(
        @NotNull
        @Pattern(
                regexp = "[\\x21-\\x3f\\x41-\\x7e]{1,64}",
                message = "must be 1 to 64 visible ASCII characters without @")
        String orderId,

        String shopperEmail,
        String shopperRef,

        @NotNull @Min(1) @Max(1_000_000) Integer credits,

        @NotNull
        @DecimalMin("0")
        @DecimalMax(value = "9999999999.99", message = "must be at most 9999999999.99")
        @Digits(integer = 10, fraction = 2, message = "must have at most 10 digits before and 2 after the point")
        BigDecimal amount,

        @NotNull @Pattern(regexp = "[A-Z]{3}", message = "must be 3 capital letters, like EUR")
        String currency,

        @Min(0) Integer returned) {

    public PurchaseRequest {
        returned = Objects.requireNonNullElse(returned, 0);
    }

    /** @throws Problem if the fields do not fit together, or the shopper's name is not valid */
    PurchaseFacts facts(String requestId, boolean test) {
        if ((shopperEmail == null) == (shopperRef == null)) {
            throw Problem.invalid("Send either shopper_email or shopper_ref: a purchase has one shopper.");
        }
        if (returned > credits) {
            throw Problem.invalid("returned must be at most credits.");
        }
        return new PurchaseFacts(
                orderId,
                shopperRef == null ? null : ShopperReference.ofBody(shopperRef),
                shopperEmail == null ? null : ShopperEmail.ofBody(shopperEmail),
                credits,
                returned,
                amount,
                currency,
                requestId,
                test);
    }
}
