package dev.wearon.client;

import static dev.wearon.client.ScriptedServer.ok;
import static dev.wearon.client.ScriptedServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.model.Purchase;
import dev.wearon.client.model.PurchaseStatus;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class PurchasesTest {

    private static final String PURCHASE =
            "{\"purchase_id\": \"0193c0de-0000-7000-8000-000000000007\", \"order_id\": \"1001\", \"status\": \"completed\","
                    + " \"credits\": 3, \"granted\": 3, \"returned\": 1, \"clawed_back\": 1, \"shortfall\": 0,"
                    + " \"amount\": 14.97, \"currency\": \"EUR\", \"test\": false}";

    private static final BigDecimal PRICE = new BigDecimal("14.97");

    @Test
    void reportsAnOrderWithTheExactAmount() {
        try (ScriptedServer server = new ScriptedServer(ok(200, PURCHASE))) {
            Purchases purchases = server.client().purchases();
            PaidOrder order = PaidOrder.byEmail("1001", "ann@example.com", 3, PRICE, "EUR")
                    .withReturned(1);
            assertThat(order.toString()).contains("1001").doesNotContain("ann");
            Purchase purchase = purchases.record(order);
            assertThat(purchase.status()).isEqualTo(PurchaseStatus.COMPLETED);
            assertThat(purchase.clawedBack()).isEqualTo(1);
            assertThat(purchase.amount()).isEqualTo(PRICE);
            purchases.record(PaidOrder.byReference("1002", "customer-4711", 1, BigDecimal.ONE, "EUR"));
            assertThat(server.requests)
                    .extracting(ScriptedServer.Request::text)
                    .containsExactly(
                            "{\"order_id\":\"1001\",\"shopper_email\":\"ann@example.com\",\"credits\":3,\"amount\":14.97,"
                                    + "\"currency\":\"EUR\",\"returned\":1}",
                            "{\"order_id\":\"1002\",\"shopper_ref\":\"customer-4711\",\"credits\":1,\"amount\":1,"
                                    + "\"currency\":\"EUR\",\"returned\":0}");
            assertThat(server.requests.get(0).line()).startsWith("POST /api/v1/purchases ");
        }
    }

    @Test
    void namesTheCodeOfARefusal() {
        try (ScriptedServer server = new ScriptedServer(refusal(409, "CHECKOUT_NOT_OWN"))) {
            PaidOrder order = PaidOrder.byReference("1002", "1", 1, BigDecimal.ONE, "EUR");
            WearOnException refused = catchThrowableOfType(
                    WearOnException.class, () -> server.client().purchases().record(order));
            assertThat(refused.code()).isEqualTo("CHECKOUT_NOT_OWN");
        }
    }
}
