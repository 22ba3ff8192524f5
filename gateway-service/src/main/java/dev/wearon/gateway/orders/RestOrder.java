package dev.wearon.gateway.orders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.gateway.orders.Ids.UnreadableOrder;
import dev.wearon.gateway.orders.OrderSnapshot.Buyer;
import dev.wearon.gateway.orders.OrderSnapshot.Head;
import dev.wearon.gateway.orders.OrderSnapshot.Line;
import dev.wearon.gateway.orders.OrderSnapshot.Refund;
import dev.wearon.gateway.orders.OrderSnapshot.RefundLine;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads the bodies of webhooks, which have the form of Shopify's REST resources. */
final class RestOrder {

    private static final Set<String> PAID = Set.of("paid", "partially_refunded");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    /** The most that the ledger takes for an order. */
    private static final BigDecimal LARGEST = new BigDecimal("9999999999.99");

    private static final int MOST_DECIMALS = 20;

    private RestOrder() {}

    /** @throws UnreadableOrder if it is no order */
    static OrderSnapshot order(JsonNode order) {
        Head head = new Head(
                instant(order.path("updated_at").asText()),
                PAID.contains(order.path("financial_status").asText()),
                order.hasNonNull("cancelled_at"),
                order.path("test").asBoolean(),
                currency(order.path("currency")),
                true,
                text(order.path("token")).map(OrderToken::hash),
                new Buyer(
                        elements(order.path("note_attributes"))
                                .filter(attribute ->
                                        attribute.path("name").asText().equals(ShopperAttribute.NAME))
                                .findFirst()
                                .flatMap(attribute -> text(attribute.path("value"))),
                        Ids.digits(order.at("/customer/id")),
                        text(order.path("email")).or(() -> text(order.path("contact_email")))));
        return new OrderSnapshot(
                Ids.required(Ids.digits(order.path("id"))),
                Optional.of(head),
                elements(order.path("line_items")).map(RestOrder::line).toList(),
                elements(order.path("refunds")).map(RestOrder::ofOrder).toList());
    }

    /** @throws UnreadableOrder if it is no refund */
    static OrderSnapshot refund(JsonNode refund) {
        return new OrderSnapshot(
                Ids.required(Ids.digits(refund.path("order_id"))),
                Optional.empty(),
                List.of(),
                List.of(ofOrder(refund)));
    }

    private static Line line(JsonNode line) {
        int quantity = count(line.path("quantity"));
        BigDecimal discounts = elements(line.path("discount_allocations"))
                .map(allocation -> amount(allocation.at("/amount_set/shop_money/amount"), allocation.path("amount")))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return new Line(
                Ids.required(Ids.digits(line.path("id"))),
                Ids.digits(line.path("product_id")),
                quantity,
                line.hasNonNull("current_quantity") ? count(line.path("current_quantity")) : quantity,
                net(amount(line.at("/price_set/shop_money/amount"), line.path("price")), quantity, discounts));
    }

    private static Refund ofOrder(JsonNode refund) {
        return new Refund(
                Ids.required(Ids.digits(refund.path("id"))),
                elements(refund.path("refund_line_items"))
                        .map(line -> new RefundLine(
                                Ids.required(Ids.digits(line.path("line_item_id"))),
                                Ids.digits(line.at("/line_item/product_id")),
                                count(line.path("quantity"))))
                        .toList());
    }

    static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException noTime) {
            throw new UnreadableOrder("updated_at is no time");
        }
    }

    /** @param otherwise a price in the currency of the shop, too, if the first one is missing */
    static BigDecimal amount(JsonNode amount, JsonNode otherwise) {
        JsonNode found = amount.isValueNode() && !amount.isNull() ? amount : otherwise;
        try {
            BigDecimal read = found.isNumber() ? found.decimalValue() : new BigDecimal(found.asText());
            // The first two comparisons do not write out the digits of an exponent.
            if (read.compareTo(LARGEST) > 0 || read.signum() < 0 || read.scale() > MOST_DECIMALS) {
                throw new UnreadableOrder("a price is out of range");
            }
            return read;
        } catch (NumberFormatException noAmount) {
            throw new UnreadableOrder("a price is no number");
        }
    }

    /** What is paid for all pieces of a line. */
    static BigDecimal net(BigDecimal price, int quantity, BigDecimal discounts) {
        BigDecimal net = price.multiply(BigDecimal.valueOf(quantity)).subtract(discounts);
        if (net.compareTo(LARGEST) > 0) {
            throw new UnreadableOrder("a price is out of range");
        }
        return net.max(BigDecimal.ZERO);
    }

    static String currency(JsonNode currency) {
        String code = currency.asText();
        if (!CURRENCY.matcher(code).matches()) {
            throw new UnreadableOrder("the currency is no code of three letters");
        }
        return code;
    }

    static int count(JsonNode quantity) {
        if (!quantity.canConvertToInt() || quantity.intValue() < 0) {
            throw new UnreadableOrder("a quantity is no whole number");
        }
        return quantity.intValue();
    }

    static Optional<String> text(JsonNode text) {
        return Optional.ofNullable(text.textValue()).map(String::strip).filter(given -> !given.isEmpty());
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
