package dev.wearon.testkit.shopify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.testkit.shopify.Cart.Item;
import dev.wearon.testkit.shopify.Deliveries.Webhook;
import dev.wearon.testkit.shopify.Order.FinancialStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OrderTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Item CREDIT =
            new Item(9_007_199_254_740_995L, 9_007_199_254_740_997L, "Credit", money("4.99"));
    private static final Item SHIRT = new Item(11L, 12L, "Shirt", money("20.00"));

    private Instant now = Instant.parse("2026-10-01T12:30:45.678Z");
    private final Shop shop = new Shop("a.myshopify.com", "EUR", () -> now);

    private static BigDecimal money(String amount) {
        return new BigDecimal(amount);
    }

    private static JsonNode json(Webhook webhook) {
        try {
            return MAPPER.readTree(webhook.body());
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }

    private Order credits(int quantity) {
        return shop.order(new Cart().add(CREDIT, quantity));
    }

    private static List<String> topics(List<Webhook> webhooks) {
        return webhooks.stream().map(Webhook::topic).toList();
    }

    @Nested
    class OnTheWire {

        @Test
        void idsAreNumbersThatADoubleChanges() {
            Order order = credits(1);
            JsonNode body = json(order.webhook("orders/create"));
            for (JsonNode id :
                    List.of(body.path("id"), body.at("/line_items/0/id"), body.at("/line_items/0/product_id"))) {
                assertThat(id.isIntegralNumber()).isTrue();
                assertThat((long) id.doubleValue()).isNotEqualTo(id.longValue());
            }
            assertThat(body.path("id").longValue()).isEqualTo(order.id);
            assertThat(body.path("admin_graphql_api_id").asText()).isEqualTo("gid://shopify/Order/" + order.id);
        }

        @Test
        void amountsAreTextsAndSubtotalsOfRefundsAreNumbers() {
            Order order = credits(3);
            order.pay();
            JsonNode body = json(order.webhook("orders/paid"));
            assertThat(body.path("total_price").textValue()).isEqualTo("14.97");
            assertThat(body.at("/line_items/0/price").textValue()).isEqualTo("4.99");
            assertThat(body.at("/line_items/0/price_set/shop_money/currency_code")
                            .textValue())
                    .isEqualTo("EUR");
            order.refund(order.line(), 2);
            JsonNode line = json(order.webhook("refunds/create")).at("/refund_line_items/0");
            assertThat(line.path("subtotal").isNumber()).isTrue();
            assertThat(line.path("subtotal").decimalValue()).isEqualByComparingTo("9.98");
            assertThat(line.at("/subtotal_set/shop_money/amount").textValue()).isEqualTo("9.98");
            assertThat(line.path("line_item_id").longValue())
                    .isEqualTo(order.line().id());
        }

        @Test
        void timesHaveAnOffsetAndNoPartsOfASecond() {
            JsonNode body = json(credits(1).webhook("orders/create"));
            assertThat(body.path("created_at").textValue()).isEqualTo("2026-10-01T07:30:45-05:00");
            assertThat(credits(1).webhook("orders/create").triggeredAt()).isEqualTo(now);
        }

        @Test
        void aGuestWithoutAddressHasNullAndAnEmptyText() {
            JsonNode body = json(credits(1).webhook("orders/create"));
            assertThat(body.path("customer").isNull()).isTrue();
            assertThat(body.path("email").textValue()).isEmpty();
            assertThat(body.path("contact_email").isNull()).isTrue();
        }

        @Test
        void aCustomerHasItsIdAndAddress() {
            Customer customer = shop.customer(7_001, "A@Example.com", true);
            JsonNode body = json(
                    shop.order(new Cart().add(CREDIT, 1).customer(customer)).webhook("orders/create"));
            assertThat(body.at("/customer/id").longValue()).isEqualTo(7_001);
            assertThat(body.at("/customer/verified_email").booleanValue()).isTrue();
            assertThat(body.path("email").textValue()).isEqualTo("A@Example.com");
            body = json(shop.order(
                            new Cart().add(CREDIT, 1).email("typo@example.com").customer(customer))
                    .webhook("orders/create"));
            assertThat(body.path("email").textValue()).isEqualTo("typo@example.com");
        }

        @Test
        void protectedFieldsAreNull() {
            Customer customer = shop.customer("a@example.com", true);
            shop.faults().deny("Order.email");
            JsonNode body = json(
                    shop.order(new Cart().add(CREDIT, 1).customer(customer)).webhook("orders/create"));
            assertThat(body.path("email").isNull()).isTrue();
            assertThat(body.at("/customer/email").isNull()).isTrue();
            assertThat(body.at("/customer/id").longValue()).isEqualTo(customer.id());
            shop.faults().deny("Customer");
            body = json(shop.order(new Cart().add(CREDIT, 1).customer(customer)).webhook("orders/create"));
            assertThat(body.path("customer").isNull()).isTrue();
            assertThat(body.toString()).doesNotContain("a@example.com");
        }

        @Test
        void aDiscountIsDividedAmongTheLinesToTheLastCent() {
            Order order = shop.order(
                    new Cart().add(SHIRT, 1).add(CREDIT, 1).add(SHIRT, 1).discount("TENOFF", money("10.00")));
            JsonNode body = json(order.webhook("orders/create"));
            List<String> parts = body.path("line_items").findValues("discount_allocations").stream()
                    .map(part -> part.at("/0/amount").textValue())
                    .toList();
            assertThat(parts).containsExactly("4.45", "1.11", "4.44");
            assertThat(body.path("total_discounts").textValue()).isEqualTo("10.00");
            assertThat(body.path("total_price").textValue()).isEqualTo("34.99");
            assertThat(body.at("/discount_codes/0/code").textValue()).isEqualTo("TENOFF");
        }

        @Test
        void theShopperMaySeeAnotherCurrency() {
            Order order = shop.order(new Cart().add(CREDIT, 2).presentedIn("JPY", money("160")));
            order.pay();
            order.refundMoney(money("1.00"));
            JsonNode body = json(order.webhook("orders/paid"));
            assertThat(body.path("currency").textValue()).isEqualTo("EUR");
            assertThat(body.path("presentment_currency").textValue()).isEqualTo("JPY");
            assertThat(body.at("/line_items/0/price").textValue()).isEqualTo("4.99");
            assertThat(body.at("/line_items/0/price_set/presentment_money/amount")
                            .textValue())
                    .isEqualTo("798");
            JsonNode transaction = json(order.webhook("refunds/create")).at("/transactions/0");
            assertThat(transaction.path("amount").textValue()).isEqualTo("160");
            assertThat(transaction.path("currency").textValue()).isEqualTo("JPY");
        }

        @Test
        void sourcesTestsAndNotesAreNamed() {
            JsonNode pos =
                    json(shop.order(new Cart().add(CREDIT, 1).source("pos")).webhook("orders/create"));
            assertThat(pos.path("source_name").textValue()).isEqualTo("pos");
            assertThat(pos.path("location_id").isNumber()).isTrue();
            JsonNode draft = json(shop.order(new Cart()
                            .add(CREDIT, 1)
                            .source("shopify_draft_order")
                            .test()
                            .attribute("wearon_token", "signed"))
                    .webhook("orders/create"));
            assertThat(draft.path("test").booleanValue()).isTrue();
            assertThat(draft.at("/note_attributes/0/name").textValue()).isEqualTo("wearon_token");
            assertThat(draft.at("/note_attributes/0/value").textValue()).isEqualTo("signed");
        }

        @Test
        void aCustomLineAndADeletedProductHaveNoProduct() {
            Item tie = shop.product("Tie", money("9.00"));
            Order order = shop.order(
                    new Cart().add(Item.custom("Gift", money("1.00")), 1).add(tie, 1));
            JsonNode lines = json(order.webhook("orders/create")).path("line_items");
            assertThat(lines.at("/0/product_id").isNull()).isTrue();
            assertThat(lines.at("/0/product_exists").booleanValue()).isFalse();
            assertThat(lines.at("/1/product_id").longValue()).isEqualTo(tie.productId());
            shop.delete("gid://shopify/Product/" + tie.productId());
            order.pay();
            lines = json(order.webhook("orders/paid")).path("line_items");
            assertThat(lines.at("/1/product_id").isNull()).isTrue();
            assertThat(lines.at("/1/variant_id").isNull()).isTrue();
        }

        @Test
        void aRefundNamesNoCustomer() {
            Order order = shop.order(new Cart().add(CREDIT, 1).customer(shop.customer("a@example.com", true)));
            order.pay();
            order.refund(order.line(), 1);
            assertThat(new String(order.webhook("refunds/create").body())).doesNotContain("customer", "example.com");
        }

        @Test
        void complianceNamesTheShopTheCustomerAndItsOrders() {
            Customer customer = shop.customer(7_001, null, false);
            Order order = shop.order(new Cart().add(CREDIT, 1).customer(customer));
            credits(1);
            JsonNode asked = json(shop.dataRequest(customer));
            assertThat(asked.path("shop_domain").textValue()).isEqualTo("a.myshopify.com");
            assertThat(asked.path("shop_id").longValue()).isEqualTo(shop.id());
            assertThat(asked.at("/customer/id").longValue()).isEqualTo(7_001);
            assertThat(asked.at("/customer/email").isNull()).isTrue();
            assertThat(asked.path("orders_requested")).hasToString("[" + order.id + "]");
            assertThat(asked.at("/data_request/id").isNumber()).isTrue();
            JsonNode redact = json(shop.redact(customer));
            assertThat(redact.path("orders_to_redact")).hasToString("[" + order.id + "]");
            assertThat(redact.has("data_request")).isFalse();
            assertThat(json(shop.redact()).fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder("shop_id", "shop_domain");
            JsonNode uninstalled = json(shop.uninstalled());
            assertThat(uninstalled.path("myshopify_domain").textValue()).isEqualTo("a.myshopify.com");
            assertThat(uninstalled.path("id").longValue()).isEqualTo(shop.id());
        }
    }

    @Nested
    class Acts {

        @Test
        void sendTheOrderAsItWasAtThatTime() {
            Order order = credits(3);
            order.authorize();
            order.pay();
            order.edit(order.line(), 4);
            order.pay();
            order.refund(order.line(), 1);
            order.cancel("customer", true);
            assertThat(topics(order.webhooks()))
                    .containsExactly(
                            "orders/create",
                            "orders/updated",
                            "orders/paid",
                            "orders/updated",
                            "orders/edited",
                            "orders/updated",
                            "orders/paid",
                            "orders/updated",
                            "refunds/create",
                            "orders/updated",
                            "refunds/create",
                            "orders/cancelled",
                            "orders/updated");
            assertThat(order.webhooks().stream()
                            .filter(one -> one.topic().equals("orders/updated"))
                            .map(one -> json(one).path("financial_status").textValue()))
                    .containsExactly("authorized", "paid", "partially_paid", "paid", "partially_refunded", "refunded");
            assertThat(json(order.webhooks().getFirst())
                            .path("financial_status")
                            .textValue())
                    .isEqualTo("pending");
            assertThat(json(order.webhooks().getFirst()).path("refunds")).isEmpty();
            JsonNode last = json(order.webhooks().getLast());
            assertThat(last.at("/line_items/0/quantity").intValue()).isEqualTo(4);
            assertThat(last.at("/line_items/0/current_quantity").intValue()).isZero();
            assertThat(last.path("refunds")).hasSize(2);
            assertThat(last.path("cancel_reason").textValue()).isEqualTo("customer");
            assertThat(last.path("current_total_price").textValue()).isEqualTo("0.00");
        }

        @Test
        void haveOneEventEachAndOneIdPerDelivery() {
            Order order = credits(1);
            List<Webhook> paid = order.pay();
            assertThat(paid)
                    .extracting(Webhook::event)
                    .containsOnly(paid.getFirst().event());
            assertThat(paid.getFirst().event())
                    .isNotEqualTo(order.webhook("orders/create").event());
            assertThat(order.webhooks()).extracting(Webhook::id).doesNotHaveDuplicates();
        }

        @Test
        void reachTheReceiverOfTheShop() {
            List<String> sent = new ArrayList<>();
            shop.onWebhooks(webhooks -> sent.addAll(topics(webhooks)));
            credits(1).pay();
            shop.redact();
            assertThat(sent).containsExactly("orders/create", "orders/paid", "orders/updated", "shop/redact");
        }

        @Test
        void aMoneyOnlyRefundHasNoLinesButAnAdjustment() {
            Order order = credits(2);
            order.pay();
            order.refundMoney(money("5.00"));
            JsonNode refund = json(order.webhook("refunds/create"));
            assertThat(refund.path("refund_line_items")).isEmpty();
            assertThat(refund.at("/order_adjustments/0/amount").textValue()).isEqualTo("-5.00");
            assertThat(refund.at("/transactions/0/amount").textValue()).isEqualTo("5.00");
            assertThat(order.line().currentQuantity()).isEqualTo(2);
            assertThat(order.financialStatus()).isEqualTo(FinancialStatus.PARTIALLY_REFUNDED);
            assertThat(json(order.webhook("orders/updated"))
                            .path("total_outstanding")
                            .textValue())
                    .isEqualTo("0.00");
        }

        @Test
        void aRefundOfLinesMayPayBackLessThanTheyAreWorth() {
            Order order = credits(2);
            order.pay();
            order.refund(Map.of(order.line(), 2), money("4.98"));
            JsonNode refund = json(order.webhook("refunds/create"));
            assertThat(refund.at("/refund_line_items/0/quantity").intValue()).isEqualTo(2);
            assertThat(refund.at("/order_adjustments/0/amount").textValue()).isEqualTo("5.00");
            assertThat(refund.at("/transactions/0/amount").textValue()).isEqualTo("4.98");
            assertThat(order.financialStatus()).isEqualTo(FinancialStatus.PARTIALLY_REFUNDED);
        }

        @Test
        void refundsOfADiscountedLineAddUpToWhatWasPaid() {
            Order order = shop.order(new Cart().add(CREDIT, 3).discount("X", money("1.00")));
            order.pay();
            BigDecimal sum = BigDecimal.ZERO;
            for (int i = 0; i < 3; i++) {
                order.refund(order.line(), 1);
                sum = sum.add(json(order.webhook("refunds/create"))
                        .at("/refund_line_items/0/subtotal")
                        .decimalValue());
            }
            assertThat(sum).isEqualByComparingTo("13.97");
            assertThat(order.financialStatus()).isEqualTo(FinancialStatus.REFUNDED);
        }

        @Test
        void anEditThatRemovesPiecesRefundsThemWithoutMoney() {
            Order order = credits(3);
            order.pay();
            List<Webhook> sent = order.edit(order.line(), 1);
            assertThat(topics(sent)).containsExactly("refunds/create", "orders/edited", "orders/updated");
            JsonNode refund = json(sent.getFirst());
            assertThat(refund.at("/refund_line_items/0/quantity").intValue()).isEqualTo(2);
            assertThat(refund.path("transactions")).isEmpty();
            JsonNode edit = json(sent.get(1)).path("order_edit");
            assertThat(edit.path("order_id").longValue()).isEqualTo(order.id);
            assertThat(edit.at("/line_items/removals/0/id").longValue())
                    .isEqualTo(order.line().id());
            assertThat(edit.at("/line_items/removals/0/delta").intValue()).isEqualTo(2);
            assertThat(edit.at("/line_items/additions")).isEmpty();
            assertThat(json(sent.getLast()).at("/line_items/0/quantity").intValue())
                    .isEqualTo(3);
            assertThat(json(sent.getLast()).at("/line_items/0/current_quantity").intValue())
                    .isEqualTo(1);
            assertThat(order.financialStatus()).isEqualTo(FinancialStatus.PAID);
            assertThat(topics(order.edit(order.line(), 0, false))).containsExactly("orders/edited", "orders/updated");
        }

        @Test
        void anEditThatAddsMakesAPaidOrderPartiallyPaid() {
            Order order = credits(1);
            order.pay();
            order.add(SHIRT, 1);
            assertThat(order.financialStatus()).isEqualTo(FinancialStatus.PARTIALLY_PAID);
            assertThat(json(order.webhook("orders/updated")).path("line_items")).hasSize(2);
            assertThat(json(order.webhook("orders/updated"))
                            .path("total_outstanding")
                            .textValue())
                    .isEqualTo("20.00");
            order.pay();
            assertThat(order.financialStatus()).isEqualTo(FinancialStatus.PAID);
        }

        @Test
        void anOrderThatIsBornPaidSendsOnlyItsCreation() {
            Order free = shop.order(new Cart().add(CREDIT, 1).discount("FREE", money("100.00")));
            Order imported = shop.order(new Cart().add(CREDIT, 1).alreadyPaid());
            for (Order order : List.of(free, imported)) {
                assertThat(topics(order.webhooks())).containsExactly("orders/create");
                assertThat(json(order.webhook("orders/create"))
                                .path("financial_status")
                                .textValue())
                        .isEqualTo("paid");
                assertThatThrownBy(order::pay).isInstanceOf(IllegalStateException.class);
            }
            assertThat(json(free.webhook("orders/create")).path("total_price").textValue())
                    .isEqualTo("0.00");
        }

        @Test
        void aCancelledOrderThatWasNotPaidIsVoided() {
            Order order = credits(2);
            order.authorize();
            List<Webhook> sent = order.cancel("fraud", false);
            assertThat(topics(sent)).containsExactly("orders/cancelled", "orders/updated");
            assertThat(json(sent.getFirst()).path("financial_status").textValue())
                    .isEqualTo("voided");
            assertThat(json(sent.getFirst()).path("cancelled_at").textValue()).isNotNull();
            assertThat(json(sent.getFirst())
                            .at("/line_items/0/current_quantity")
                            .intValue())
                    .isEqualTo(2);
            assertThatThrownBy(order::pay).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> order.cancel("other", true)).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void whatShopifyRefusesChangesNothing() {
            Order order = credits(2);
            assertThatThrownBy(() -> order.refundMoney(money("1.00"))).isInstanceOf(IllegalStateException.class);
            order.pay();
            assertThatThrownBy(() -> order.refund(order.line(), 3)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> order.refundMoney(money("10.00"))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(order::authorize).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> order.payPart(money("1.00"))).isInstanceOf(IllegalStateException.class);
            assertThat(order.webhooks()).hasSize(3);
            assertThat(order.line().currentQuantity()).isEqualTo(2);
        }

        @Test
        void aPartOfTheMoneyIsNotPaid() {
            Order order = credits(2);
            assertThat(topics(order.payPart(money("3.00")))).containsExactly("orders/updated");
            assertThat(order.financialStatus()).isEqualTo(FinancialStatus.PARTIALLY_PAID);
            order.pay();
            assertThat(order.financialStatus()).isEqualTo(FinancialStatus.PAID);
        }

        @Test
        void aGuestMayBecomeACustomer() {
            Order order = credits(1);
            order.assign(shop.customer(7_001, "a@example.com", false));
            JsonNode body = json(order.webhook("orders/updated"));
            assertThat(body.at("/customer/id").longValue()).isEqualTo(7_001);
            assertThat(body.path("email").textValue()).isEqualTo("a@example.com");
        }
    }
}
