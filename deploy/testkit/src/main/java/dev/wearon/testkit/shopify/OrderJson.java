package dev.wearon.testkit.shopify;

import dev.wearon.testkit.shopify.Order.Line;
import dev.wearon.testkit.shopify.Order.Refund;
import dev.wearon.testkit.shopify.Order.Returned;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The bodies of webhooks about orders: the REST resources of 2026-01, with all their fields. What the stand-in does not know
 * (addresses, taxes, shipping, fulfilments) is there as Shopify writes it when it is empty.
 */
final class OrderJson {

    /** Times have the offset of the shop's zone, and no parts of a second. */
    private static final ZoneOffset ZONE = ZoneOffset.ofHours(-5);

    private OrderJson() {}

    static String time(Instant at) {
        return at == null
                ? null
                : DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                        at.truncatedTo(ChronoUnit.SECONDS).atOffset(ZONE));
    }

    static Map<String, Object> order(Order order) {
        Money money = order.money;
        Set<String> denied = order.shop.faults().places().keySet();
        boolean namesEmail = !denied.contains("Order.email");
        Cart cart = order.cart;
        boolean pos = cart.source.equals("pos");
        String email = !namesEmail ? null : order.email == null ? "" : order.email;
        BigDecimal discounts = sum(order, line -> line.discount);
        BigDecimal undiscounted = sum(order, line -> line.item.price().multiply(BigDecimal.valueOf(line.quantity)));
        BigDecimal currentDiscounts = sum(order, line -> line.item
                .price()
                .multiply(BigDecimal.valueOf(line.current))
                .subtract(line.worth(line.current)));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", order.id);
        json.put("admin_graphql_api_id", Order.gid("Order", order.id));
        json.put("app_id", 580_111);
        json.put("browser_ip", null);
        json.put("buyer_accepts_marketing", false);
        json.put("cancel_reason", order.cancelReason);
        json.put("cancelled_at", time(order.cancelledAt));
        json.put("cart_token", pos ? null : order.token.substring(0, 24));
        json.put("checkout_id", order.id - 1_000);
        json.put("checkout_token", order.token.substring(8));
        json.put("client_details", null);
        json.put("closed_at", time(order.cancelledAt));
        json.put("confirmation_number", order.token.substring(0, 9).toUpperCase(Locale.ROOT));
        json.put("confirmed", true);
        json.put("contact_email", namesEmail ? order.email : null);
        json.put("created_at", time(order.createdAt));
        json.put("currency", money.currency());
        amounts(json, money, "current_subtotal_price", order.currentTotal());
        json.put("current_total_additional_fees_set", null);
        amounts(json, money, "current_total_discounts", currentDiscounts);
        json.put("current_total_duties_set", null);
        amounts(json, money, "current_total_price", order.currentTotal());
        amounts(json, money, "current_total_tax", BigDecimal.ZERO);
        json.put("customer_locale", "en");
        json.put("device_id", null);
        json.put(
                "discount_codes",
                cart.code == null
                        ? List.of()
                        : List.of(Map.of("code", cart.code, "amount", money.text(discounts), "type", "fixed_amount")));
        json.put("duties_included", false);
        json.put("email", email);
        json.put("estimated_taxes", false);
        json.put("financial_status", order.financialStatus().text());
        json.put("fulfillment_status", null);
        json.put("landing_site", null);
        json.put("landing_site_ref", null);
        json.put("location_id", pos ? 487_838_322 : null);
        json.put("merchant_business_entity_id", "MTU0ODM4MDAwOQ");
        json.put("merchant_of_record_app_id", null);
        json.put("name", order.name);
        json.put("note", null);
        json.put(
                "note_attributes",
                cart.attributes.entrySet().stream()
                        .map(one -> Map.of("name", one.getKey(), "value", one.getValue()))
                        .toList());
        int number = Integer.parseInt(order.name.substring(1));
        json.put("number", number - 1_000);
        json.put("order_number", number);
        json.put(
                "order_status_url",
                "https://%s/%d/orders/%s/authenticate?key=%s"
                        .formatted(order.shop.domain(), order.shop.id(), order.token, order.token.substring(16)));
        json.put("original_total_additional_fees_set", null);
        json.put("original_total_duties_set", null);
        json.put("payment_gateway_names", List.of(gateway(order)));
        json.put("phone", null);
        json.put("po_number", null);
        json.put("presentment_currency", money.presentment());
        json.put("processed_at", time(order.createdAt));
        json.put("reference", null);
        json.put("referring_site", null);
        json.put("source_identifier", null);
        json.put("source_name", cart.source);
        json.put("source_url", null);
        amounts(json, money, "subtotal_price", undiscounted.subtract(discounts));
        json.put("tags", "");
        json.put("tax_exempt", false);
        json.put("tax_lines", List.of());
        json.put("taxes_included", false);
        json.put("test", cart.test);
        json.put("token", order.token);
        json.put("total_cash_rounding_payment_adjustment_set", money.set(BigDecimal.ZERO));
        json.put("total_cash_rounding_refund_adjustment_set", money.set(BigDecimal.ZERO));
        amounts(json, money, "total_discounts", discounts);
        amounts(json, money, "total_line_items_price", undiscounted);
        json.put("total_outstanding", money.text(order.outstanding()));
        amounts(json, money, "total_price", undiscounted.subtract(discounts));
        json.put("total_shipping_price_set", money.set(BigDecimal.ZERO));
        amounts(json, money, "total_tax", BigDecimal.ZERO);
        json.put("total_tip_received", "0.00");
        json.put("total_weight", 0);
        json.put("updated_at", time(order.updatedAt));
        json.put("user_id", pos ? 548_380_009 : null);
        json.put("billing_address", null);
        boolean namesCustomer = !denied.contains("Order.customer") && !denied.contains("Customer");
        json.put("customer", namesCustomer ? customer(order, namesEmail) : null);
        json.put(
                "discount_applications",
                cart.code == null
                        ? List.of()
                        : List.of(Map.of(
                                "target_type", "line_item",
                                "type", "discount_code",
                                "value", cart.discount.toPlainString(),
                                "value_type", "fixed_amount",
                                "allocation_method", "across",
                                "target_selection", "all",
                                "code", cart.code)));
        json.put("fulfillments", List.of());
        json.put(
                "line_items",
                order.lines.stream().map(line -> line(order, line)).toList());
        json.put("payment_terms", null);
        json.put(
                "refunds", order.refunds.stream().map(one -> refund(order, one)).toList());
        json.put("shipping_address", null);
        json.put("shipping_lines", List.of());
        return json;
    }

    private static void amounts(Map<String, Object> json, Money money, String name, BigDecimal amount) {
        json.put(name, money.text(amount));
        json.put(name + "_set", money.set(amount));
    }

    private static BigDecimal sum(Order order, Function<Line, BigDecimal> amount) {
        return order.lines.stream().map(amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static String gateway(Order order) {
        return order.cart.test ? "bogus" : "shopify_payments";
    }

    private static Map<String, Object> customer(Order order, boolean namesEmail) {
        Customer customer = order.customer;
        if (customer == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", customer.id());
        json.put("email", namesEmail ? customer.email() : null);
        json.put("created_at", time(order.createdAt));
        json.put("updated_at", time(order.updatedAt));
        json.put("first_name", null);
        json.put("last_name", null);
        json.put("state", "disabled");
        json.put("note", null);
        json.put("verified_email", customer.verifiedEmail());
        json.put("multipass_identifier", null);
        json.put("tax_exempt", false);
        json.put("phone", null);
        json.put("email_marketing_consent", null);
        json.put("sms_marketing_consent", null);
        json.put("tags", "");
        json.put("currency", order.money.currency());
        json.put("tax_exemptions", List.of());
        json.put("admin_graphql_api_id", customer.gid());
        return json;
    }

    private static Map<String, Object> line(Order order, Line line) {
        Money money = order.money;
        boolean exists = order.shop.productNode(line.item) != null;
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", line.id);
        json.put("admin_graphql_api_id", Order.gid("LineItem", line.id));
        json.put("attributed_staffs", List.of());
        json.put("current_quantity", line.current);
        json.put("fulfillable_quantity", line.current);
        json.put("fulfillment_service", "manual");
        json.put("fulfillment_status", null);
        json.put("gift_card", false);
        json.put("grams", 0);
        json.put("name", line.item.title());
        json.put("price", money.text(line.item.price()));
        json.put("price_set", money.set(line.item.price()));
        json.put("product_exists", exists);
        json.put("product_id", exists ? line.item.productId() : null);
        json.put("properties", List.of());
        json.put("quantity", line.quantity);
        json.put("requires_shipping", false);
        json.put("sales_line_item_group_id", null);
        json.put("sku", "");
        json.put("taxable", false);
        json.put("title", line.item.title());
        // A discount of the whole order is not here, but in the allocations.
        json.put("total_discount", money.text(BigDecimal.ZERO));
        json.put("total_discount_set", money.set(BigDecimal.ZERO));
        json.put("variant_id", exists ? line.item.variantId() : null);
        json.put("variant_inventory_management", null);
        json.put("variant_title", null);
        json.put("vendor", order.shop.domain());
        json.put("tax_lines", List.of());
        json.put("duties", List.of());
        json.put(
                "discount_allocations",
                line.discount.signum() == 0
                        ? List.of()
                        : List.of(Map.of(
                                "amount", money.text(line.discount),
                                "amount_set", money.set(line.discount),
                                "discount_application_index", 0)));
        return json;
    }

    /** No customer and no e-mail address: a refund has neither. */
    static Map<String, Object> refund(Order order, Refund refund) {
        Money money = order.money;
        List<Object> adjustments = new ArrayList<>();
        if (refund.adjustment().signum() != 0) {
            Map<String, Object> adjustment = new LinkedHashMap<>();
            adjustment.put("id", refund.id() + 1);
            adjustment.put("order_id", order.id);
            adjustment.put("refund_id", refund.id());
            adjustment.put("amount", money.text(refund.adjustment()));
            adjustment.put("tax_amount", money.text(BigDecimal.ZERO));
            adjustment.put("kind", "refund_discrepancy");
            adjustment.put("reason", "Refund discrepancy");
            adjustment.put("amount_set", money.set(refund.adjustment()));
            adjustment.put("tax_amount_set", money.set(BigDecimal.ZERO));
            adjustments.add(adjustment);
        }
        boolean restock =
                refund.lines().stream().anyMatch(one -> !one.restockType().equals("no_restock"));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", refund.id());
        json.put("order_id", order.id);
        json.put("created_at", time(refund.at()));
        json.put("note", null);
        json.put("user_id", null);
        json.put("processed_at", time(refund.at()));
        json.put("duties", List.of());
        json.put("total_duties_set", money.set(BigDecimal.ZERO));
        json.put("return", null);
        json.put("restock", restock);
        json.put("additional_fees", List.of());
        json.put("total_additional_fees_set", money.set(BigDecimal.ZERO));
        json.put("refund_shipping_lines", List.of());
        json.put("admin_graphql_api_id", Order.gid("Refund", refund.id()));
        json.put("order_adjustments", adjustments);
        json.put(
                "refund_line_items",
                refund.lines().stream().map(one -> returned(order, one)).toList());
        json.put("transactions", refund.money().signum() == 0 ? List.of() : List.of(transaction(order, refund)));
        return json;
    }

    private static Map<String, Object> returned(Order order, Returned returned) {
        Money money = order.money;
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", returned.id());
        json.put("quantity", returned.quantity());
        json.put("line_item_id", returned.line().id);
        json.put("location_id", null);
        json.put("restock_type", returned.restockType());
        // Numbers here, texts elsewhere.
        json.put("subtotal", money.round(returned.subtotal()));
        json.put("total_tax", money.round(BigDecimal.ZERO));
        json.put("subtotal_set", money.set(returned.subtotal()));
        json.put("total_tax_set", money.set(BigDecimal.ZERO));
        json.put("line_item", line(order, returned.line()));
        return json;
    }

    /** Its amount is in the currency that the shopper saw. */
    private static Map<String, Object> transaction(Order order, Refund refund) {
        Map<String, Object> json = new LinkedHashMap<>();
        long id = refund.id() + 2;
        json.put("id", id);
        json.put("order_id", order.id);
        json.put("kind", "refund");
        json.put("gateway", gateway(order));
        json.put("status", "success");
        json.put("message", null);
        json.put("created_at", time(refund.at()));
        json.put("test", order.cart.test);
        json.put("authorization", null);
        json.put("location_id", null);
        json.put("user_id", null);
        json.put("parent_id", order.id + 2);
        json.put("processed_at", time(refund.at()));
        json.put("device_id", null);
        json.put("error_code", null);
        json.put("source_name", order.cart.source);
        json.put("receipt", Map.of());
        json.put("amount", order.money.presented(refund.money()));
        json.put("currency", order.money.presentment());
        json.put("payment_id", "r" + id);
        json.put("manual_payment_gateway", false);
        json.put("amount_rounding", null);
        json.put("admin_graphql_api_id", Order.gid("OrderTransaction", id));
        return json;
    }

    /** Neither products nor prices: whoever needs them reads the order. */
    static Map<String, Object> edit(Order order, Line line, int delta, Instant at) {
        List<Object> change = List.of(Map.of("id", line.id, "delta", Math.abs(delta)));
        Map<String, Object> nothing = Map.of("additions", List.of(), "removals", List.of());
        Map<String, Object> edit = new LinkedHashMap<>();
        edit.put("id", Shop.newId());
        edit.put("app_id", null);
        edit.put("created_at", time(at));
        edit.put("notify_customer", false);
        edit.put("order_id", order.id);
        edit.put("reason", "");
        edit.put("staff_note", "");
        edit.put("user_id", 548_380_009);
        edit.put(
                "line_items",
                Map.of("additions", delta > 0 ? change : List.of(), "removals", delta < 0 ? change : List.of()));
        edit.put("discounts", Map.of("line_item", nothing));
        edit.put("shipping_lines", nothing);
        return Map.of("order_edit", edit);
    }
}
