package dev.wearon.gateway.orders;

import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.gateway.incoming.Handled;
import dev.wearon.gateway.incoming.IncomingWebhook;
import dev.wearon.gateway.stores.CreditShop;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.shopify.Cart;
import dev.wearon.testkit.shopify.Cart.Item;
import dev.wearon.testkit.shopify.Customer;
import dev.wearon.testkit.shopify.Deliveries.Webhook;
import dev.wearon.testkit.shopify.Order;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OrderWebhooksTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Handled DONE = new Handled.Done();

    @Inject
    OrderWebhooks webhooks;

    @Inject
    Orders orders;

    @Inject
    Settlement settlement;

    @Inject
    DueOrders due;

    @Inject
    OrderRecords records;

    @Inject
    OrderReader reader;

    @Inject
    ShopConnections shops;

    @Inject
    ShopperAttribute attribute;

    private CreditsSeller seller;

    @BeforeEach
    void open() {
        seller = CreditsSeller.open();
    }

    private Handled handle(Webhook webhook) {
        return webhooks.handle(seller.incoming(webhook)).await().atMost(LIMIT);
    }

    private void handle(List<Webhook> all) {
        all.forEach(webhook -> assertThat(handle(webhook)).isNotInstanceOf(Handled.Later.class));
    }

    private Cart credits(int quantity) {
        return new Cart().add(seller.credit(), quantity);
    }

    private CreditShop shop() {
        return shops.creditShop(seller.merchant().storeId())
                .await()
                .atMost(LIMIT)
                .orElseThrow();
    }

    private int balance(String shopper) {
        return seller.ledger().balance(shopper);
    }

    @Test
    void aPaidOrderBecomesCreditsOnce() {
        Order order = seller.shop().order(credits(3).email("Ann@Example.com").discount("TEN", new BigDecimal("1.00")));
        assertThat(handle(order.webhook("orders/create"))).isEqualTo(new Handled.Ignored("not paid in full"));
        assertThat(balance("ann@example.com")).isZero();
        handle(order.pay());
        handle(order.webhooks());
        assertThat(balance("ann@example.com")).isEqualTo(3);
        assertThat(seller.ledger().grants()).isEqualTo(1);
        assertThat(order.id).isGreaterThan(1L << 53);
        assertThat(seller.column(
                        order.id, "concat_ws(' ', order_id, credits, amount_paid, currency, outcome, granted, due_at)"))
                .isEqualTo(order.id + " 3 13.97 EUR completed 3");
    }

    @Test
    void anOrderThatIsCreatedPaidNeedsNoOtherWebhook() {
        Order order = seller.shop().order(credits(2).email("ann@example.com").alreadyPaid());
        assertThat(handle(order.webhook("orders/create"))).isEqualTo(DONE);
        assertThat(balance("ann@example.com")).isEqualTo(2);
    }

    @Test
    void ordersOfOtherProductsLeaveNothing() {
        Item shirt = seller.shop().product("Shirt", new BigDecimal("20.00"));
        Order order = seller.shop().order(new Cart().add(shirt, 1).email("ann@example.com"));
        handle(order.pay());
        handle(order.refund(order.line(), 1));
        handle(order.webhooks());
        assertThat(seller.rows()).isZero();
    }

    @Test
    void twentyParallelDeliveriesAreOnePurchase() {
        Customer ann = seller.shop().customer("ann@example.com", true);
        Order order = seller.shop().order(credits(2).customer(ann));
        order.pay();
        List<Handled> answers = Multi.createFrom()
                .iterable(IntStream.range(0, 20).boxed().toList())
                .onItem()
                .transformToUni(i -> webhooks.handle(seller.incoming(order.webhook("orders/paid"))))
                .merge(20)
                .collect()
                .asList()
                .await()
                .atMost(LIMIT);
        assertThat(answers).hasSize(20).containsOnly(DONE);
        assertThat(seller.ledger().grants()).isEqualTo(1);
        assertThat(balance("ref:shopify:" + ann.id())).isEqualTo(2);
        assertThat(FakeServices.credits().seen())
                .allSatisfy(call -> assertThat(call.body().toJsonObject().getInteger("credits"))
                        .isEqualTo(2));
    }

    @Test
    void theCustomersAddressIsToldOnlyIfShopifyHasVerifiedIt() {
        Customer verified = seller.shop().customer("Ann@example.com", true);
        Customer unverified = seller.shop().customer("bob@example.com", false);
        handle(seller.shop()
                .order(credits(1).customer(verified).email("other@example.com"))
                .pay());
        assertThat(FakeServices.credits().onlySeen().body().toJsonObject().getMap())
                .containsEntry("shopper_ref", "shopify:" + verified.id())
                .containsEntry("shopper_email", "ann@example.com");
        FakeServices.credits().seen().clear();
        handle(seller.shop().order(credits(1).customer(unverified)).pay());
        assertThat(FakeServices.credits().onlySeen().body().toJsonObject().getMap())
                .containsEntry("shopper_ref", "shopify:" + unverified.id())
                .doesNotContainKey("shopper_email");
    }

    @Test
    void waitsForShopifyBeforeItFixesTheShopper() {
        Customer ann = seller.shop().customer("ann@example.com", true);
        Order order = seller.shop().order(credits(1).customer(ann));
        order.pay();
        for (int i = 0; i < 4; i++) {
            seller.shop().faults().status(500);
        }
        assertThat(handle(order.webhook("orders/paid"))).isInstanceOf(Handled.Later.class);
        assertThat(seller.column(order.id, "credits IS NULL AND due_at > now()"))
                .isEqualTo("true");
        int calls = 0;
        while (handle(order.webhook("orders/paid")) instanceof Handled.Later && calls++ < 10) {
            assertThat(FakeServices.credits().seen()).isEmpty();
        }
        assertThat(FakeServices.credits().onlySeen().body().toJsonObject().getString("shopper_email"))
                .isEqualTo("ann@example.com");
    }

    @Test
    void ourAttributeNamesTheShopperBeforeTheCustomer() {
        Customer ann = seller.shop().customer("ann@example.com", true);
        String ours = attribute.of(seller.merchant().storeId(), "ref:customer-4711");
        String ofAnotherStore = attribute.of(Merchant.shared().storeId(), "ref:customer-4711");
        assertThat(ours).doesNotContain("4711");
        handle(seller.shop()
                .order(credits(1).customer(ann).attribute("wearon_shopper", ours))
                .pay());
        assertThat(balance("ref:customer-4711")).isEqualTo(1);
        for (String foreign : List.of(ofAnotherStore, ours.substring(1), "ref:customer-4711", "%", "A".repeat(2_000))) {
            handle(seller.shop()
                    .order(credits(1).customer(ann).attribute("wearon_shopper", foreign))
                    .pay());
        }
        assertThat(balance("ref:customer-4711")).isEqualTo(1);
        assertThat(balance("ref:shopify:" + ann.id())).isEqualTo(5);
    }

    @Test
    void anOrderOfNobodyIsUnclaimedUntilItGetsACustomer() {
        Order order = seller.shop().order(credits(2));
        handle(order.pay());
        assertThat(seller.column(order.id, "outcome")).isEqualTo("unclaimed");
        Customer ann = seller.shop().customer(null, false);
        handle(order.assign(ann));
        assertThat(balance("ref:shopify:" + ann.id())).isEqualTo(2);
        assertThat(seller.column(order.id, "outcome")).isEqualTo("completed");
    }

    @Test
    void forgetsWhoTheShopperIsWhenTheLedgerKnows() {
        Customer ann = seller.shop().customer("ann@example.com", true);
        Order order = seller.shop().order(credits(2).customer(ann));
        handle(order.pay());
        handle(order.changeEmail("ann.other@example.com"));
        handle(order.refund(order.line(), 1));
        assertThat(seller.column(order.id, "to_jsonb(orders)"))
                .doesNotContain("@")
                .doesNotContain(Long.toString(ann.id()))
                .doesNotContain(order.token());
        assertThat(balance("ref:shopify:" + ann.id())).isEqualTo(1);
        assertThat(seller.column(order.id, "concat_ws(' ', outcome, granted, returned, clawed_back, shortfall)"))
                .isEqualTo("completed 2 1 1 0");
    }

    @Test
    void aRefundBeforeThePaymentIsSubtractedAtTheGrant() {
        Order order = seller.shop().order(credits(3).email("ann@example.com"));
        order.pay();
        order.refund(order.line(), 1);
        assertThat(handle(order.webhook("refunds/create"))).isEqualTo(new Handled.Ignored("not paid in full"));
        // A retry has the state of its time: nothing was refunded then.
        assertThat(handle(order.webhook("orders/paid"))).isEqualTo(DONE);
        assertThat(balance("ann@example.com")).isEqualTo(2);
        handle(order.webhooks());
        assertThat(balance("ann@example.com")).isEqualTo(2);
        assertThat(seller.column(order.id, "concat_ws(' ', credits, returned, amount_paid)"))
                .isEqualTo("2 0 9.98");
    }

    @Test
    void anEditIsReadAndCountedOnce() {
        Order order = seller.shop().order(credits(3).email("ann@example.com"));
        handle(order.pay());
        List<Webhook> edit = order.edit(order.line(), 2);
        assertThat(edit).extracting(Webhook::topic).contains("orders/edited", "refunds/create");
        handle(edit);
        handle(order.webhooks());
        assertThat(balance("ann@example.com")).isEqualTo(2);
        Order silent = seller.shop().order(credits(3).email("bob@example.com"));
        handle(silent.pay());
        silent.edit(silent.line(), 1, false);
        assertThat(handle(silent.webhook("orders/edited"))).isEqualTo(DONE);
        assertThat(balance("bob@example.com")).isEqualTo(1);
    }

    @Test
    void whatAnEditAddsIsShownAndNotGranted() {
        Order order = seller.shop().order(credits(2).email("ann@example.com"));
        handle(order.pay());
        order.edit(order.line(), 4);
        order.add(seller.credit(), 3);
        handle(order.pay());
        handle(order.webhooks());
        assertThat(balance("ann@example.com")).isEqualTo(2);
        assertThat(stored(order).facts().added()).isEqualTo(5);
    }

    @Test
    void aCancellationGivesAllBackAlthoughTheQuantitiesStay() {
        Order order = seller.shop().order(credits(2).email("ann@example.com"));
        handle(order.pay());
        seller.ledger().charge(1, "ann@example.com", 1);
        handle(order.cancel("customer", false));
        assertThat(balance("ann@example.com")).isZero();
        assertThat(seller.column(order.id, "concat_ws(' ', returned, clawed_back, shortfall)"))
                .isEqualTo("2 1 1");
        Order early = seller.shop().order(credits(2).email("bob@example.com").alreadyPaid());
        early.cancel("fraud", false);
        handle(early.webhook("orders/cancelled"));
        handle(early.webhook("orders/create"));
        assertThat(seller.ledger().purchase(Long.toString(early.id))).isEmpty();
    }

    @Test
    void aRefundOfMoneyAloneIsShownAndChangesNothing() {
        Order order = seller.shop().order(credits(2).email("ann@example.com"));
        handle(order.pay());
        handle(order.refundMoney(new BigDecimal("2.00")));
        assertThat(balance("ann@example.com")).isEqualTo(2);
        assertThat(stored(order).facts().moneyRefunds()).hasSize(1);
    }

    @Test
    void aTestOrderCountsOnlyInATestStore() {
        Order order = seller.shop().order(credits(2).email("ann@example.com").test());
        order.pay();
        assertThat(handle(order.webhook("orders/paid"))).isInstanceOf(Handled.Ignored.class);
        assertThat(FakeServices.credits().seen()).isEmpty();
        sql("ALTER TABLE gateway.stores DISABLE TRIGGER USER");
        try {
            sql(
                    "UPDATE gateway.stores SET test = true WHERE id = ?::uuid",
                    seller.merchant().storeId().toString());
        } finally {
            sql("ALTER TABLE gateway.stores ENABLE TRIGGER USER");
        }
        assertThat(handle(order.webhook("orders/paid"))).isEqualTo(DONE);
        assertThat(FakeServices.credits().onlySeen().body().toJsonObject().getBoolean("test"))
                .isTrue();
    }

    @Test
    void theAdminApiTellsTheSameFacts() {
        Order order = seller.shop().order(credits(3).email("ann@example.com").discount("TEN", new BigDecimal("1.00")));
        order.pay();
        order.refund(order.line(), 1);
        order.refundMoney(new BigDecimal("1.00"));
        order.edit(order.line(), 1);
        OrderSnapshot rest =
                RestOrder.order(seller.incoming(order.webhook("orders/updated")).body());
        assertThat(reader.record(shop(), Long.toString(order.id)).await().atMost(LIMIT))
                .isEqualTo(DONE);
        OrderFacts read = stored(order).facts();
        String product = seller.credit().productId().toString();
        assertThat(read).isEqualTo(OrderFacts.NONE.with(rest, product));
        assertThat(read.with(rest, product)).isEqualTo(read);
        assertThat(read.remaining()).isEqualTo(1);
        assertThat(read.moneyRefunds()).hasSize(1);
    }

    @Test
    void whatIsDueIsTakenByOneProcess() {
        Order order = seller.shop().order(credits(1).email("ann@example.com").alreadyPaid());
        FakeServices.credits().whileDown(() -> handle(order.webhook("orders/create")));
        sql(
                "UPDATE gateway.orders SET due_at = now() WHERE store_id = ?::uuid",
                seller.merchant().storeId().toString());
        Orders.Due due = take().orElseThrow();
        assertThat(take()).isEmpty();
        assertThat(seller.column(order.id, "due_at > now() + interval '4 minutes'"))
                .as("it is due again if the process dies")
                .isEqualTo("true");
        assertThat(orders.notDue(due).await().atMost(LIMIT)).isTrue();
    }

    private Optional<Orders.Due> take() {
        return orders.takeDue(1_000).await().atMost(LIMIT).stream()
                .filter(taken -> taken.storeId().equals(seller.merchant().storeId()))
                .findFirst();
    }

    @Test
    void everyFailureMakesTheDelayLonger() {
        Order order = seller.shop().order(credits(1).email("ann@example.com").alreadyPaid());
        handle(order.webhook("orders/create"));
        for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            orders.unanswered(seller.merchant().storeId(), Long.toString(order.id), "no ledger is called before this")
                    .await()
                    .atMost(LIMIT);
            assertThat(seller.column(order.id, "round(extract(epoch FROM due_at - now()) / 60)"))
                    .isEqualTo(Integer.toString(minutes));
        }
    }

    @Test
    void whileTheLedgerIsAwayTheSameCallIsRepeated() {
        Order order = seller.shop().order(credits(3).email("ann@example.com"));
        order.pay();
        FakeServices.credits().whileDown(() -> assertThat(handle(order.webhook("orders/paid")))
                .isInstanceOf(Handled.Later.class));
        assertThat(seller.column(order.id, "concat_ws(' ', credits, reason, attempts, due_at > now())"))
                .isEqualTo("3 the ledger did not answer 1 t");
        // It was refunded meanwhile. What was bought stays as it was fixed.
        order.refund(order.line(), 1);
        handle(order.webhook("refunds/create"));
        assertThat(FakeServices.credits().onlySeen().body().toJsonObject().getMap())
                .containsEntry("credits", 3)
                .containsEntry("returned", 1);
        assertThat(balance("ann@example.com")).isEqualTo(2);
        assertThat(seller.column(order.id, "due_at IS NULL AND reason IS NULL AND attempts = 0"))
                .isEqualTo("true");
    }

    /** The process dies after what it has stored, before the ledger is told, and after the ledger was told. */
    @Test
    void aProcessMayDieAfterEveryStep() {
        Order order = seller.shop().order(credits(3).email("ann@example.com"));
        order.pay();
        OrderSnapshot message =
                RestOrder.order(seller.incoming(order.webhook("orders/paid")).body());
        String id = Long.toString(order.id);
        orders.save(shop(), message).await().atMost(LIMIT);
        assertThat(seller.column(order.id, "credits IS NULL AND due_at > now()"))
                .isEqualTo("true");
        assertThat(orders.fix(shop(), id, Optional.empty(), Optional.empty())
                        .await()
                        .atMost(LIMIT))
                .isInstanceOfSatisfying(Orders.Fixed.Tell.class, tell -> seller.ledger()
                        .record(tell.call().facts()));
        assertThat(seller.column(order.id, "credits = 3 AND told_returned IS NULL AND due_at > now()"))
                .isEqualTo("true");

        runDue(order);
        assertThat(seller.column(order.id, "concat_ws(' ', outcome, granted, due_at)"))
                .isEqualTo("completed 3");
        assertThat(seller.ledger().grants()).isEqualTo(1);
        assertThat(seller.ledger().addsUp()).isTrue();
    }

    private void runDue(Order order) {
        sql(
                "UPDATE gateway.orders SET due_at = now() - interval '10 years' WHERE store_id = ?::uuid AND order_id = ?",
                seller.merchant().storeId().toString(),
                Long.toString(order.id));
        due.runOnce().await().atMost(LIMIT);
    }

    private void redact(String... names) {
        records.redact(
                        seller.merchant().storeId(),
                        Optional.of(List.of(names)),
                        Instant.now().plusSeconds(60))
                .await()
                .atMost(LIMIT);
    }

    /** The ledger replaces the name afterwards. Otherwise the purchase would wait for a shopper for ever. */
    @Test
    void theLedgerIsToldOfAnOrderBeforeItsShopperIsForgotten() {
        Order order = seller.shop().order(credits(3).email("ann@example.com"));
        order.pay();
        FakeServices.credits().whileDown(() -> {
            handle(order.webhook("orders/paid"));
            assertThatThrownBy(() -> redact("ann@example.com")).hasMessageContaining("keeps its shopper for now");
        });
        assertThat(seller.column(order.id, "shopper_email")).isEqualTo("ann@example.com");

        redact("ann@example.com");

        assertThat(
                        seller.column(
                                order.id,
                                "concat_ws(' ', outcome, granted, due_at, shopper_email, redacted_at > now() - interval '1 minute')"))
                .isEqualTo("completed 3 t");
        assertThat(balance("ann@example.com")).isEqualTo(3);
        order.refund(order.line(), 1);
        handle(order.webhook("refunds/create"));
        assertThat(balance("ann@example.com")).isEqualTo(2);
        assertThat(seller.ledger().addsUp()).isTrue();
    }

    /** It was not paid when its shopper was forgotten, so nobody knows whose it is. */
    @Test
    void anOrderOfAForgottenShopperNeverWaitsInTheLedger() {
        Order order = seller.shop().order(credits(3).email("ann@example.com"));
        handle(order.webhook("orders/create"));
        redact("ann@example.com");
        order.changeEmail(null);
        handle(order.pay());

        assertThat(seller.ledger().purchase(Long.toString(order.id))).isEmpty();
        assertThat(seller.column(order.id, "concat_ws(' ', outcome, decided_at, due_at)"))
                .isEmpty();
        runDue(order);
        assertThat(seller.ledger().purchase(Long.toString(order.id))).isEmpty();

        Customer ann = seller.shop().customer(null, false);
        handle(order.assign(ann));
        assertThat(balance("ref:shopify:" + ann.id())).isEqualTo(3);
    }

    /** A ledger of the version before refuses facts that it does not know, and its successor books them. */
    @Test
    void theLedgersRefusalIsShownAndRepeatedLater() {
        Order order = seller.shop().order(credits(3).email("ann@example.com"));
        order.pay();
        FakeServices.credits()
                .answers(400, "{\"data\": null, \"error\": {\"code\": \"VALIDATION_ERROR\", \"message\": \"No.\"}}");
        assertThat(handle(order.webhook("orders/paid"))).isEqualTo(DONE);
        assertThat(seller.column(order.id, "concat_ws(' ', outcome, reason)"))
                .isEqualTo("refused the ledger refused it: VALIDATION_ERROR");
        assertThat(seller.column(order.id, "due_at > now() + interval '59 minutes'"))
                .isEqualTo("true");
        runDue(order);
        assertThat(seller.column(order.id, "due_at > now() + interval '59 minutes'"))
                .isEqualTo("true");
    }

    @Test
    void whatMeansNothingIsIgnored() {
        for (String topic : Set.of("orders/paid", "refunds/create", "orders/edited")) {
            var nonsense = new IncomingWebhook(
                    seller.merchant().storeId(),
                    seller.shop().domain(),
                    topic,
                    "hook",
                    Instant.now(),
                    new ObjectMapper().valueToTree(Map.of("id", 1.5)));
            assertThat(webhooks.handle(nonsense).await().atMost(LIMIT)).isInstanceOf(Handled.Ignored.class);
        }
        assertThat(seller.rows()).isZero();
    }

    @Test
    void theDatabaseKeepsWhatIsFixed() {
        Order order = seller.shop().order(credits(3).email("ann@example.com"));
        handle(order.pay());
        handle(order.refund(order.line(), 1));
        for (String change :
                List.of("credits = 4", "returned = 0", "told_claimed = false", "claimed_by = gen_random_uuid()")) {
            assertThatThrownBy(() ->
                            sql("UPDATE gateway.orders SET " + change + " WHERE order_id = ?", Long.toString(order.id)))
                    .hasMessageContaining("never");
        }
    }

    private dev.wearon.gateway.orders.Order stored(Order order) {
        return orders.find(seller.merchant().storeId(), Long.toString(order.id))
                .await()
                .atMost(LIMIT)
                .orElseThrow();
    }
}
