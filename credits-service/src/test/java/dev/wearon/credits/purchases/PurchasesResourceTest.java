package dev.wearon.credits.purchases;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.credits.ShopperRows;
import dev.wearon.credits.ShopperRows.Movement;
import dev.wearon.credits.ShopperRows.Purchase;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class PurchasesResourceTest {

    private static final String ANN = "ann@shop.example";

    private UUID store;

    @BeforeEach
    void tenCredits() {
        store = Calls.storeWith(10);
    }

    @Nested
    class Returns200 {

        @Test
        void movingCreditsFromThePoolToTheShopperInBothLedgers() throws Exception {
            String id = Orders.send(
                            store,
                            Map.of(
                                    "shopper_email",
                                    ANN,
                                    "order_id",
                                    "1001",
                                    "credits",
                                    4,
                                    "amount_paid",
                                    new BigDecimal("7.25"),
                                    "currency",
                                    "EUR",
                                    "request_id",
                                    "req-1"))
                    .then()
                    .statusCode(200)
                    .body("outcome", is("processed"), "status", is("completed"), "credits", is(4))
                    .extract()
                    .path("purchase_id");

            UUID purchase = UUID.fromString(id);
            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(6, 10, 4));
            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(4, 4, 0)));
            assertThat(ShopperRows.poolMovements(store))
                    .containsExactly(new Movement("deduction", -4, purchase, "req-1", 6));
            assertThat(ShopperRows.movements(store)).containsExactly(new Movement("purchase", 4, purchase, "req-1", 4));
            assertThat(ShopperRows.purchases(store))
                    .containsExactly(
                            new Purchase(purchase, ANN, "1001", 4, new BigDecimal("7.25"), "EUR", "completed"));
        }

        @Test
        void processingAnOrderOnce() throws Exception {
            String first = Orders.buy(store, ANN, "1001", 4).path("purchase_id");

            Orders.buy(store, " ANN@shop.example", "1001", 4)
                    .then()
                    .statusCode(200)
                    .body("outcome", is("duplicate"), "purchase_id", is(first), "status", is("completed"));

            assertThat(ShopperRows.movements(store)).hasSize(1);
            ShopperRows.assertAddsUp(store);
        }

        @Test
        void processingTheSameOrderIdOnceForEachStore() throws Exception {
            UUID other = Calls.storeWith(5);

            for (UUID each : List.of(store, other)) {
                Orders.buy(each, ANN, "1001", 3).then().body("outcome", is("processed"));
            }

            assertThat(LedgerRows.wallet(store).balance()).isEqualTo(7);
            assertThat(LedgerRows.wallet(other).balance()).isEqualTo(2);
        }

        /** So a caller can tell a repeat from another order with the same id. */
        @Test
        void returningThePriceOfTheFirstCall() throws Exception {
            Map<String, Object> order =
                    Map.of("shopper_email", ANN, "order_id", "1001", "credits", 4, "request_id", "req-1");
            Map<String, Object> other = new HashMap<>(order);
            other.putAll(Map.of("amount_paid", 9, "currency", "USD"));
            Map<String, Object> first = new HashMap<>(order);
            first.putAll(Map.of("amount_paid", new BigDecimal("7.25"), "currency", "EUR"));

            for (Map<String, Object> body : List.of(first, first, other)) {
                Orders.send(store, body).then().statusCode(200).body("amount_paid", is(7.25f), "currency", is("EUR"));
            }
            Orders.report(store, "1002", 1, Map.of()).then().body("amount_paid", is(4.5f), "currency", is("USD"));
        }

        @Test
        void anotherPriceIsRefusedIfItIsFixed() throws Exception {
            Map<String, Object> fixed = Map.of("shopper_email", ANN, "fixed_price", true);
            Orders.report(store, "1001", 4, fixed).then().body("outcome", is("processed"));
            Orders.report(store, "1001", 4, fixed).then().statusCode(200).body("outcome", is("duplicate"));

            for (Map<String, ?> price : List.of(Map.of("amount_paid", 4.51), Map.of("currency", "EUR"))) {
                Map<String, Object> other = new HashMap<>(fixed);
                other.putAll(Map.of("order_id", "1001", "credits", 4, "amount_paid", new BigDecimal("4.50")));
                other.putAll(Map.of("returned", 2, "request_id", "req-2"));
                Orders.send(store, other).then().statusCode(200);
                other.put("returned", 4);
                other.putAll(price);
                Orders.send(store, other).then().statusCode(422).body("code", is("IDEMPOTENCY_KEY_REUSED"));
            }
            // What was refused has changed nothing.
            Orders.report(store, "1001", 4, fixed)
                    .then()
                    .body("returned", is(2), "amount_paid", is(4.5f), "currency", is("USD"));
        }

        @Test
        void pendingWhenThePoolIsTooSmall() throws Exception {
            String id = Orders.buy(store, ANN, "1001", 11)
                    .then()
                    .statusCode(200)
                    .body("outcome", is("pending"), "status", is("pending"), "credits", is(11))
                    .extract()
                    .path("purchase_id");
            Orders.buy(store, ANN, "1001", 11)
                    .then()
                    .body("outcome", is("duplicate"), "purchase_id", is(id), "status", is("pending"));

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(0, 0, 0)));
            assertThat(ShopperRows.orders(store, "pending")).containsExactly("1001");
            ShopperRows.assertAddsUp(store);
        }

        @Test
        void pendingForANewStore() throws Exception {
            UUID unknown = Calls.newId();

            Orders.buy(unknown, ANN, "1001", 1).then().body("outcome", is("pending"));

            assertThat(LedgerRows.wallet(unknown)).isEqualTo(new Wallet(0, 0, 0));
        }

        /** The spellings differ in case, also beyond ASCII, in surrounding blanks and in Unicode form. */
        @Test
        void usingOneWalletForEverySpelling() throws Exception {
            List<String> spellings = List.of(
                    "\u00e5sa@caf\u00e9.example",
                    "  \u00c5SA@Caf\u00e9.Example\r\n",
                    "A\u030aSA@CAFE\u0301.EXAMPLE",
                    "\u212bsa@cafe\u0301.example");
            for (int i = 0; i < spellings.size(); i++) {
                Orders.buy(store, spellings.get(i), "order-" + i, 2).then().body("outcome", is("processed"));
            }

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of("\u00e5sa@caf\u00e9.example", new Wallet(8, 8, 0)));
        }

        @Test
        void writingNoAddressToALedger() throws Exception {
            Orders.buy(store, ANN, "1001", 4).then().statusCode(200);

            try (var connection = LedgerRows.connect();
                    var query = connection.prepareStatement("""
                            SELECT to_jsonb(t)::TEXT FROM credits.store_credit_transactions t WHERE t.store_id = ?1
                            UNION ALL
                            SELECT to_jsonb(t)::TEXT FROM credits.store_shopper_credit_transactions t WHERE t.store_id = ?1
                            """.replace("?1", "'" + store + "'"))) {
                var rows = query.executeQuery();
                int seen = 0;
                while (rows.next()) {
                    assertThat(rows.getString(1)).doesNotContain("@", "ann");
                    seen++;
                }
                assertThat(seen).isEqualTo(3);
            }
        }
    }

    @Nested
    class Returns400 {

        private static final Map<String, String> VALID = Map.of(
                "shopper_email", "'a@b.example'",
                "order_id", "'1'",
                "credits", "1",
                "amount_paid", "1",
                "currency", "'USD'",
                "request_id", "'r'");

        @Test
        void notForTheValidBody() {
            Orders.send(store, body("currency", "null")).then().statusCode(200).body("outcome", is("processed"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "shopper_email='nobody'",
                    "shopper_email='ref:42'",
                    "shopper_email='a b@c.example'",
                    "shopper_email='a@b@c.example'",
                    "shopper_email='a@b.example, c@d.example'",
                    "shopper_email='a\\u0000@b.example'",
                    "shopper_email='a\\ud800@b.example'",
                    "shopper_email='\\u2003a@b.example'",
                    "shopper_email=7",
                    "shopper_ref=''",
                    "shopper_ref='A1'",
                    "shopper_ref='a@b.example'",
                    "returned=-1",
                    "returned=2",
                    "returned='1'",
                    "returned=0.5",
                    "order_id=null",
                    "order_id=''",
                    "order_id='two words'",
                    "order_id=1001",
                    "credits=null",
                    "credits=0",
                    "credits=-1",
                    "credits=1.5",
                    "credits=1000001",
                    "credits=4294967297",
                    "amount_paid=null",
                    "amount_paid=-0.01",
                    "amount_paid=1.001",
                    "amount_paid=10000000000",
                    "amount_paid=1e2147483647",
                    "amount_paid=1e-2147483647",
                    "amount_paid='1'",
                    "currency='usd'",
                    "currency='EURO'",
                    "currency=''",
                    "request_id=null",
                    "request_id='two words'"
                })
        void changingNothing(String wrong) throws Exception {
            int equals = wrong.indexOf('=');

            Orders.send(store, body(wrong.substring(0, equals), wrong.substring(equals + 1)))
                    .then()
                    .statusCode(400)
                    .body("code", is("VALIDATION_ERROR"));

            assertThat(ShopperRows.purchases(store)).isEmpty();
            assertThat(ShopperRows.wallets(store)).isEmpty();
            assertThat(LedgerRows.movements(store)).hasSize(1);
        }

        private static String body(String field, String value) {
            Map<String, String> fields = new HashMap<>(VALID);
            fields.put(field, value);
            return fields.entrySet().stream()
                    .map(each -> "'%s':%s".formatted(each.getKey(), each.getValue()))
                    .collect(joining(",", "{", "}"))
                    .replace('\'', '"');
        }

        @ParameterizedTest
        @ValueSource(strings = {"\\u200b", "\\u200d", "\\u00ad", "\\ufeff", "\\u2066", "\\udb40\\udc41"})
        void forAnInvisibleCharacterInTheAddress(String escaped) throws Exception {
            for (String address : List.of("'%sa@b.example'", "'a%s@b.example'", "'a@b.example%s'")) {
                Orders.send(store, body("shopper_email", address.formatted(escaped)))
                        .then()
                        .statusCode(400)
                        .body("message", startsWith("shopper_email contains the invisible character U+"));
            }
            assertThat(ShopperRows.wallets(store)).isEmpty();
        }

        @Test
        void forAnAddressThatIsTooLong() throws Exception {
            Orders.buy(store, "a".repeat(249) + "@b.cde", "1001", 1).then().statusCode(400);
            Orders.buy(store, "a".repeat(248) + "@b.cde", "1001", 1).then().statusCode(200);
            // In lower case, each of these capitals becomes two characters.
            Orders.buy(store, "\u0130".repeat(200) + "@b.cde", "1002", 1).then().statusCode(400);
        }

        @Test
        void whenTheShoppersWalletCannotHoldMore() throws Exception {
            Orders.buy(store, ANN, "1001", 1).then().statusCode(200);
            try (var connection = LedgerRows.connect()) {
                connection.createStatement().execute("""
                        UPDATE credits.store_shopper_credits SET total_purchased = 2147483646, total_spent = 2147483645
                         WHERE store_id = '%s'
                        """.formatted(store));
            }

            Orders.buy(store, ANN, "1002", 2).then().statusCode(400).body("code", is("VALIDATION_ERROR"));

            assertThat(ShopperRows.orders(store, "pending")).isEmpty();
            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(9, 10, 1));
        }
    }

    @Nested
    class Returns404 {

        @Test
        void forAStoreThatCallsAsAService() throws Exception {
            Calls.as(TestIdentities.store(store))
                    .body(Map.of(
                            "shopper_email", ANN, "order_id", "1", "credits", 1, "amount_paid", 0, "request_id", "r"))
                    .post("/internal/v1/stores/{store}/purchases", store)
                    .then()
                    .statusCode(404);

            assertThat(ShopperRows.purchases(store)).isEmpty();
        }
    }

    @Nested
    class Returns422 {

        @Test
        void forAnotherShopperOrOtherCreditsUnderTheSameOrder() throws Exception {
            Orders.buy(store, ANN, "1001", 4).then().statusCode(200);

            for (var other :
                    List.of(Orders.buy(store, ANN, "1001", 5), Orders.buy(store, "bob@shop.example", "1001", 4))) {
                other.then().statusCode(422).body("code", is("IDEMPOTENCY_KEY_REUSED"));
            }

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(4, 4, 0)));
            ShopperRows.assertAddsUp(store);
        }
    }
}
