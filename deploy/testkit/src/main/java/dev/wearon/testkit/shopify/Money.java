package dev.wearon.testkit.shopify;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.Map;

/**
 * How the amounts of one order are written. They are in the shop's currency; the shopper may see another.
 *
 * @param rate units of the presentment currency for one unit of the shop's
 */
record Money(String currency, String presentment, BigDecimal rate) {

    /** As the currency has decimals. */
    BigDecimal round(BigDecimal amount) {
        return round(amount, currency);
    }

    int decimals() {
        return Currency.getInstance(currency).getDefaultFractionDigits();
    }

    String text(BigDecimal amount) {
        return round(amount).toPlainString();
    }

    String presented(BigDecimal amount) {
        return round(amount.multiply(rate), presentment).toPlainString();
    }

    /** The {@code …_set} of REST. */
    Map<String, Object> set(BigDecimal amount) {
        return Map.of(
                "shop_money", Map.of("amount", text(amount), "currency_code", currency),
                "presentment_money", Map.of("amount", presented(amount), "currency_code", presentment));
    }

    /** The {@code MoneyBag} of GraphQL. */
    Map<String, Object> bag(BigDecimal amount) {
        return Map.of(
                "shopMoney", Map.of("amount", text(amount), "currencyCode", currency),
                "presentmentMoney", Map.of("amount", presented(amount), "currencyCode", presentment));
    }

    private static BigDecimal round(BigDecimal amount, String currency) {
        return amount.setScale(Currency.getInstance(currency).getDefaultFractionDigits(), RoundingMode.HALF_UP);
    }
}
