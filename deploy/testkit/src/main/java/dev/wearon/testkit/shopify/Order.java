package dev.wearon.testkit.shopify;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An order with one line. {@link #webhook} is the body of {@code orders/*}, {@link #node} the same for GraphQL. Change the
 * fields as a story needs; {@link #touch} after a change, so that a sweep finds it.
 */
public final class Order {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Above 2^53. */
    public final long id;

    public final long lineId;
    /** Digits; null for a custom line or a deleted product. */
    public String productId;

    public int quantity = 1;
    public int currentQuantity = 1;
    /** Of one piece, in the currency of the shop. */
    public BigDecimal price = new BigDecimal("1.50");
    /** As in REST: pending, authorized, paid, partially_refunded, refunded, voided. */
    public String financialStatus = "pending";

    public Instant cancelledAt;
    public boolean test;
    public String email;
    /** Digits; null for a guest. */
    public String customerId;

    public boolean verifiedEmail;
    public final Map<String, String> noteAttributes = new TreeMap<>();
    private final String currency;
    private final Instant createdAt;
    private volatile Instant updatedAt;

    Order(long id, String currency, Instant now) {
        this.id = id;
        this.lineId = id + 1;
        this.currency = currency;
        createdAt = now;
        updatedAt = now;
    }

    public void touch(Instant now) {
        updatedAt = now;
    }

    Instant updatedAt() {
        return updatedAt;
    }

    /** UTF-8 JSON as Shopify's REST order, only with the fields that the product reads. */
    public byte[] webhook() {
        Map<String, Object> line = new HashMap<>();
        line.put("id", lineId);
        line.put("product_id", productId == null ? null : Long.valueOf(productId));
        line.put("quantity", quantity);
        line.put("current_quantity", currentQuantity);
        line.put("price", price.toPlainString());
        Map<String, String> money = Map.of("amount", price.toPlainString(), "currency_code", currency);
        line.put("price_set", Map.of("shop_money", money, "presentment_money", money));
        line.put("discount_allocations", List.of());
        Map<String, Object> order = new HashMap<>();
        order.put("id", id);
        order.put("admin_graphql_api_id", "gid://shopify/Order/" + id);
        order.put("email", email == null ? "" : email);
        order.put("currency", currency);
        order.put("financial_status", financialStatus);
        order.put("test", test);
        order.put("cancelled_at", cancelledAt == null ? null : cancelledAt.toString());
        order.put("created_at", createdAt.toString());
        order.put("updated_at", updatedAt.toString());
        order.put("customer", customer("id", customerId == null ? null : Long.valueOf(customerId), "verified_email"));
        order.put("note_attributes", attributes("name"));
        order.put("line_items", List.of(line));
        order.put("refunds", List.of());
        return MAPPER.valueToTree(order).toString().getBytes(StandardCharsets.UTF_8);
    }

    Map<String, Object> node() {
        Map<String, Object> money = Map.of("amount", price.toPlainString(), "currencyCode", currency);
        Map<String, Object> bag = Map.of("shopMoney", money, "presentmentMoney", money);
        Map<String, Object> line = new HashMap<>(Map.of(
                "id", "gid://shopify/LineItem/" + lineId,
                "title", "Credit",
                "quantity", quantity,
                "currentQuantity", currentQuantity,
                "refundableQuantity", currentQuantity,
                "originalUnitPriceSet", bag,
                "discountedUnitPriceAfterAllDiscountsSet", bag,
                "discountAllocations", List.of()));
        line.put("product", productId == null ? null : Map.of("id", "gid://shopify/Product/" + productId));
        Map<String, Object> node = new HashMap<>();
        node.put("__cursor", "%020d-%020d".formatted(updatedAt.toEpochMilli(), id));
        node.put("id", "gid://shopify/Order/" + id);
        node.put("legacyResourceId", Long.toString(id));
        node.put("createdAt", createdAt.toString());
        node.put("updatedAt", updatedAt.toString());
        node.put("displayFinancialStatus", financialStatus.toUpperCase(Locale.ROOT));
        node.put("fullyPaid", financialStatus.equals("paid"));
        node.put("cancelledAt", cancelledAt == null ? null : cancelledAt.toString());
        node.put("test", test);
        node.put("email", email);
        node.put("customer", customer("id", "gid://shopify/Customer/" + customerId, "verifiedEmail"));
        node.put("currencyCode", currency);
        node.put("presentmentCurrencyCode", currency);
        node.put("customAttributes", attributes("key"));
        node.put("edited", false);
        node.put("lineItems", List.of(line));
        node.put("refunds", List.of());
        return node;
    }

    private Map<String, Object> customer(String idName, Object customer, String verifiedName) {
        return customerId == null ? null : Map.of(idName, customer, verifiedName, verifiedEmail);
    }

    private List<Map<String, String>> attributes(String keyName) {
        List<Map<String, String>> list = new ArrayList<>();
        noteAttributes.forEach((key, value) -> list.add(Map.of(keyName, key, "value", value)));
        return list;
    }
}
