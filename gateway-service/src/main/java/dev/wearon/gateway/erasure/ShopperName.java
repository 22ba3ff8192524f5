package dev.wearon.gateway.erasure;

import dev.wearon.gateway.access.ShopperEmail;
import dev.wearon.gateway.access.ShopperReference;
import dev.wearon.http.Problem;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The body of an operator's act for one shopper.
 *
 * @param customerId of Shopify
 */
public record ShopperName(String shopperEmail, String shopperRef, String customerId) {

    private static final Pattern CUSTOMER = Pattern.compile("[0-9]{1,20}");

    /** As the services write it. */
    String validated() {
        if (Stream.of(shopperEmail, shopperRef, customerId)
                        .filter(Objects::nonNull)
                        .count()
                != 1) {
            throw Problem.invalid("Send one of shopper_email, shopper_ref and customer_id.");
        } else if (shopperEmail != null) {
            return ShopperEmail.normalised(shopperEmail)
                    .orElseThrow(() -> Problem.invalid("shopper_email must be one e-mail address."));
        } else if (shopperRef != null) {
            return "ref:" + ShopperReference.ofBody(shopperRef);
        } else if (!CUSTOMER.matcher(customerId).matches()) {
            throw Problem.invalid("customer_id must be the number of a customer of Shopify.");
        }
        return ofCustomer(customerId);
    }

    static String ofCustomer(String customerId) {
        return "ref:shopify:" + customerId;
    }

    /** The names that a webhook has; what is no name is left out. */
    static List<String> all(String email, String customerId) {
        return Stream.concat(
                        Stream.ofNullable(email).flatMap(text -> ShopperEmail.normalised(text).stream()),
                        Stream.ofNullable(customerId)
                                .filter(text -> CUSTOMER.matcher(text).matches())
                                .map(ShopperName::ofCustomer))
                .toList();
    }

    /** Without the names. */
    @Override
    public String toString() {
        return "ShopperName";
    }
}
