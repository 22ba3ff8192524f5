package dev.wearon.gateway.orders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.gateway.orders.OrderSnapshot.Buyer;
import dev.wearon.gateway.orders.OrderSnapshot.Head;
import dev.wearon.gateway.orders.OrderSnapshot.Line;
import dev.wearon.gateway.orders.OrderSnapshot.Refund;
import dev.wearon.gateway.orders.OrderSnapshot.RefundLine;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads an order of the Admin API, as the document {@code Order} asks for it. It has no token. */
final class GraphQlOrder {

    private static final Set<String> PAID = Set.of("PAID", "PARTIALLY_REFUNDED");

    private GraphQlOrder() {}

    /** @throws Ids.UnreadableOrder if it is no order */
    static OrderSnapshot order(JsonNode order) {
        Head head = new Head(
                RestOrder.instant(order.path("updatedAt").asText()),
                PAID.contains(order.path("displayFinancialStatus").asText()),
                order.hasNonNull("cancelledAt"),
                order.path("test").asBoolean(),
                RestOrder.currency(order.path("currencyCode")),
                !order.at("/lineItems/pageInfo/hasNextPage").asBoolean(),
                Optional.empty(),
                new Buyer(
                        RestOrder.elements(order.path("customAttributes"))
                                .filter(attribute ->
                                        attribute.path("key").asText().equals(ShopperAttribute.NAME))
                                .findFirst()
                                .flatMap(attribute -> RestOrder.text(attribute.path("value"))),
                        Ids.ofGid(order.at("/customer/id")),
                        RestOrder.text(order.path("email"))));
        return new OrderSnapshot(
                Ids.required(Ids.digits(order.path("legacyResourceId"))),
                Optional.of(head),
                RestOrder.elements(order.at("/lineItems/nodes"))
                        .map(GraphQlOrder::line)
                        .toList(),
                RestOrder.elements(order.path("refunds"))
                        .map(GraphQlOrder::refund)
                        .toList());
    }

    private static Line line(JsonNode line) {
        int quantity = RestOrder.count(line.path("quantity"));
        BigDecimal discounts = RestOrder.elements(line.path("discountAllocations"))
                .map(allocation -> allocation.at("/allocatedAmountSet/shopMoney/amount"))
                .map(amount -> RestOrder.amount(amount, amount))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        JsonNode price = line.at("/originalUnitPriceSet/shopMoney/amount");
        return new Line(
                Ids.required(Ids.ofGid(line.path("id"))),
                Ids.ofGid(line.at("/product/id")),
                quantity,
                RestOrder.count(line.path("currentQuantity")),
                RestOrder.net(RestOrder.amount(price, price), quantity, discounts));
    }

    private static Refund refund(JsonNode refund) {
        List<RefundLine> lines = RestOrder.elements(refund.at("/refundLineItems/nodes"))
                .map(line -> new RefundLine(
                        Ids.required(Ids.ofGid(line.at("/lineItem/id"))),
                        Optional.empty(),
                        RestOrder.count(line.path("quantity"))))
                .toList();
        return new Refund(Ids.required(Ids.digits(refund.path("legacyResourceId"))), lines);
    }
}
