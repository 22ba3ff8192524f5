package dev.wearon.gateway.orders;

import static dev.wearon.gateway.testing.Merchant.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.shopify.Cart;
import dev.wearon.testkit.shopify.Order;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OrdersResourceTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Inject
    OrderWebhooks webhooks;

    private CreditsSeller seller;

    @BeforeEach
    void open() {
        seller = CreditsSeller.open();
    }

    private Order paid(Cart cart) {
        Order order = seller.shop().order(cart);
        order.pay();
        tell(order);
        return order;
    }

    private void tell(Order order) {
        order.webhooks()
                .forEach(webhook ->
                        webhooks.handle(seller.incoming(webhook)).await().atMost(LIMIT));
    }

    private ValidatableResponse list(String show) {
        return operator()
                .queryParam("store_id", seller.merchant().storeId())
                .queryParams(show == null ? Map.of() : Map.of("show", show))
                .get("/admin/v1/orders")
                .then()
                .statusCode(200);
    }

    @Test
    void showsWhatBecameOfAnOrderAndNobody() {
        Order order = paid(new Cart().add(seller.credit(), 3).email("ann@example.com"));
        order.refund(order.line(), 1);
        order.refundMoney(new BigDecimal("1.00"));
        order.edit(order.line(), 4);
        tell(order);
        String body = list(null)
                .body("data.orders", hasSize(1))
                .body("data.orders[0].order_id", equalTo(Long.toString(order.id)))
                .body("data.orders[0].paid", equalTo(true))
                .body("data.orders[0].ordered", equalTo(3))
                .body("data.orders[0].remaining", equalTo(2))
                .body("data.orders[0].added_by_edits", equalTo(2))
                .body("data.orders[0].money_only_refunds", equalTo(1))
                .body("data.orders[0].credits", equalTo(3))
                .body("data.orders[0].returned", equalTo(1))
                .body("data.orders[0].outcome", equalTo("completed"))
                .body("data.orders[0].clawed_back", equalTo(1))
                .body("data.orders[0].next_attempt_at", nullValue())
                .extract()
                .asString();
        assertThat(body).doesNotContain("ann@").doesNotContain(order.token());
        for (String show : new String[] {"edited", "refunded_money"}) {
            list(show).body("data.orders", hasSize(1));
        }
        for (String show : new String[] {"due", "refused", "unclaimed"}) {
            list(show).body("data.orders", empty());
        }
    }

    @Test
    void showsWhatIsUnclaimedForAnHour() {
        Order order = paid(new Cart().add(seller.credit(), 3));
        list("unclaimed").body("data.orders", empty());
        Merchant.sql(
                "UPDATE gateway.orders SET decided_at = now() - interval '61 minutes' WHERE order_id = ?",
                Long.toString(order.id));
        list("unclaimed")
                .body("data.orders.order_id", contains(Long.toString(order.id)))
                .body("data.orders[0].claimed_at", nullValue());
    }

    @Test
    void showsWhatTheLedgerWasNotTold() {
        Order order = seller.shop().order(new Cart().add(seller.credit(), 3).email("ann@example.com"));
        order.pay();
        FakeServices.credits().whileDown(() -> tell(order));
        list("due")
                .body("data.orders[0].reason", equalTo("the ledger did not answer"))
                .body("data.orders[0].outcome", nullValue());
    }

    @Test
    void pagesAndRefusesWhatItDoesNotKnow() {
        Order first = paid(new Cart().add(seller.credit(), 1).email("ann@example.com"));
        Order second = paid(new Cart().add(seller.credit(), 1).email("ann@example.com"));
        String cursor = operator()
                .queryParam("store_id", seller.merchant().storeId())
                .queryParam("limit", 1)
                .get("/admin/v1/orders")
                .then()
                .body("data.orders.order_id", contains(Long.toString(second.id)))
                .extract()
                .path("data.next_cursor");
        operator()
                .queryParam("store_id", seller.merchant().storeId())
                .queryParam("cursor", cursor)
                .get("/admin/v1/orders")
                .then()
                .body("data.orders.order_id", contains(Long.toString(first.id)));
        operator().queryParam("show", "all").get("/admin/v1/orders").then().statusCode(400);
        operator().queryParam("store_id", "1").get("/admin/v1/orders").then().statusCode(400);
    }
}
