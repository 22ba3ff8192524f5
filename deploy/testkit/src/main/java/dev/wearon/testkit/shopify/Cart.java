package dev.wearon.testkit.shopify;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is about to be ordered. Without more words: a guest without an e-mail address, in the Online Store. */
public final class Cart {

    /**
     * @param productId null, as {@code variantId}, for a custom line
     * @param price of one piece, in the currency of the shop, before discounts
     */
    public record Item(Long productId, Long variantId, String title, BigDecimal price) {

        public static Item custom(String title, BigDecimal price) {
            return new Item(null, null, title, price);
        }
    }

    record Entry(Item item, int quantity) {}

    final List<Entry> entries = new ArrayList<>();
    final Map<String, String> attributes = new LinkedHashMap<>();
    Customer customer;
    String email;
    boolean test;
    boolean paid;
    String source = "web";
    String code;
    BigDecimal discount = BigDecimal.ZERO;
    String presentmentCurrency;
    BigDecimal rate = BigDecimal.ONE;

    public Cart add(Item item, int quantity) {
        if (quantity < 1) {
            throw new IllegalArgumentException("No quantity: " + quantity);
        }
        entries.add(new Entry(item, quantity));
        return this;
    }

    /** The order has the customer's e-mail address, unless it gets another. */
    public Cart customer(Customer buyer) {
        customer = buyer;
        email = email == null ? buyer.email() : email;
        return this;
    }

    public Cart email(String address) {
        email = address;
        return this;
    }

    /** Comes back as one of the order's {@code note_attributes}. */
    public Cart attribute(String name, String value) {
        attributes.put(name, value);
        return this;
    }

    /** A code that takes a fixed amount off the order, divided among its lines; at most all of it. */
    public Cart discount(String discountCode, BigDecimal amount) {
        code = discountCode;
        discount = amount;
        return this;
    }

    /** Paid with the Bogus gateway: no money. */
    public Cart test() {
        test = true;
        return this;
    }

    /** The order is made already paid, by an API: Shopify then sends only {@code orders/create}. */
    public Cart alreadyPaid() {
        paid = true;
        return this;
    }

    /** {@code web}, {@code pos}, {@code shopify_draft_order}, or the id of an app. */
    public Cart source(String name) {
        source = name;
        return this;
    }

    /** @param perUnit units of {@code currency} for one unit of the shop's currency */
    public Cart presentedIn(String currency, BigDecimal perUnit) {
        presentmentCurrency = currency;
        rate = perUnit;
        return this;
    }
}
