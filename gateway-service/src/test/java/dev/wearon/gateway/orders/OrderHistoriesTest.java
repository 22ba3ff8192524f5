package dev.wearon.gateway.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.gateway.orders.Decision.Shopper;
import dev.wearon.gateway.orders.Order.Candidate;
import dev.wearon.gateway.purchases.PurchaseFacts;
import dev.wearon.testkit.shopify.Cart;
import dev.wearon.testkit.shopify.Cart.Item;
import dev.wearon.testkit.shopify.Deliveries.Webhook;
import dev.wearon.testkit.shopify.FakeShopify;
import dev.wearon.testkit.shopify.Shop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Webhooks of an order in every order of arrival, each twice, while the shopper spends and try-ons end: the shopper has in the end what
 * is left of the order.
 */
class OrderHistoriesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SHOPPER = "ann@example.com";
    private static final int TRY_ON = 1;
    private static final int SPENT = 2;

    private static FakeShopify shopify;
    private static Shop shop;
    private static Item credit;
    private static Item shirt;
    private static Instant now = Instant.parse("2026-12-01T10:00:00Z");

    @BeforeContainer
    static void open() throws IOException {
        shopify = new FakeShopify("an-app", "a-secret-of-the-tests", () -> now);
        shop = shopify.install("histories.myshopify.com", "EUR");
        credit = shop.product("Credit", new BigDecimal("4.99"));
        shirt = shop.product("Shirt", new BigDecimal("20.00"));
    }

    @AfterContainer
    static void close() {
        shopify.close();
    }

    /** What happens to the order at Shopify, after it was ordered and paid. */
    enum Act {
        REFUND_ONE,
        REFUND_TWO,
        REFUND_MONEY,
        REMOVE_ONE,
        REMOVE_ONE_SILENTLY,
        ADD_TWO,
        ADD_A_LINE,
        CANCEL,
        CANCEL_AND_GIVE_BACK
    }

    /**
     * @param paysFirst whether the acts follow the payment; otherwise they precede it
     * @param spends after which arrival the shopper spends
     * @param spent how much of the balance: 0 none, 1 some, 2 all
     * @param ends after which arrival the try-on that is under way fails
     */
    record History(boolean paysFirst, List<Act> acts, long arrival, int begins, int spends, int spent, int ends) {}

    @Provide
    Arbitrary<History> histories() {
        return Combinators.combine(
                        Arbitraries.of(true, true, false),
                        Arbitraries.of(Act.class).list().ofMaxSize(4),
                        Arbitraries.longs(),
                        Arbitraries.integers().between(0, 20),
                        Arbitraries.integers().between(0, 20),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 30))
                .as(History::new);
    }

    /** As the table keeps an order. */
    private static final class Row {

        private final String orderId;
        private final LedgerModel ledger;
        private OrderFacts facts = OrderFacts.NONE;
        private OptionalInt bought = OptionalInt.empty();
        private int returned;

        private Row(String orderId, LedgerModel ledger) {
            this.orderId = orderId;
            this.ledger = ledger;
        }

        private void add(OrderSnapshot message) {
            if (facts.equals(OrderFacts.NONE)
                    && !message.isOf(credit.productId().toString())) {
                return;
            }
            facts = facts.with(message, credit.productId().toString());
            Optional<Shopper> shopper = message.head()
                    .map(head -> new Candidate(
                            Optional.empty(), Optional.empty(), head.buyer().email()))
                    .orElse(Candidate.NOBODY)
                    .shopper(Optional.empty());
            Decision decision = Decision.of(facts, false, bought, shopper);
            switch (decision) {
                case Decision.Nothing nothing -> assertThat(bought).isEmpty();
                case Decision.Unclaimed(int credits, int back) -> tell(credits, back, null);
                case Decision.Credits(int credits, int back, Shopper who) ->
                    tell(credits, back, who.email().orElseThrow());
            }
        }

        private void tell(int credits, int back, String email) {
            assertThat(back).isGreaterThanOrEqualTo(returned);
            bought = OptionalInt.of(credits);
            returned = back;
            ledger.record(new PurchaseFacts(
                    orderId, null, email, credits, back, facts.worth(), "EUR", "order-" + orderId, false));
        }
    }

    @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
    void theShopperHasWhatIsLeftOfTheOrder(@ForAll("histories") History history) {
        dev.wearon.testkit.shopify.Order order = happen(history);
        List<Webhook> arrivals = new ArrayList<>(order.webhooks());
        arrivals.addAll(order.webhooks());
        Collections.shuffle(arrivals, new Random(history.arrival()));

        LedgerModel ledger = new LedgerModel();
        Row row = new Row(Long.toString(order.id), ledger);
        for (int i = 0; i < arrivals.size(); i++) {
            row.add(read(order, arrivals.get(i)));
            int balance = ledger.balance(SHOPPER);
            if (i == history.begins() && balance > 0) {
                ledger.charge(TRY_ON, SHOPPER, 1);
            }
            if (i == history.spends()) {
                int all = ledger.balance(SHOPPER);
                ledger.charge(SPENT, SHOPPER, history.spent() == 2 ? all : Math.min(all, history.spent()));
            }
            if (i == history.ends()) {
                ledger.release(TRY_ON);
            }
            assertThat(ledger.addsUp()).isTrue();
            assertThat(ledger.grants()).isLessThanOrEqualTo(1);
        }
        ledger.release(TRY_ON);

        int left = left(order);
        ledger.purchase(row.orderId)
                .ifPresent(purchase -> assertThat(purchase.granted() - purchase.clawedBack - purchase.shortfall())
                        .as("%s", history)
                        .isEqualTo(left));
        if (ledger.purchase(row.orderId).isEmpty()) {
            assertThat(left).as("%s", history).isZero();
        }
        ledger.release(SPENT);
        assertThat(ledger.balance(SHOPPER))
                .as("when every try-on has failed: %s", history)
                .isEqualTo(left);
        assertThat(ledger.addsUp()).isTrue();
    }

    /** The reference: the acts of the history, counted as they happened. */
    private int left(dev.wearon.testkit.shopify.Order order) {
        Optional<dev.wearon.testkit.shopify.Order.Line> line =
                order.lines().stream().filter(one -> one.item().equals(credit)).findFirst();
        boolean paid = order.webhooks().stream().map(OrderHistoriesTest::body).anyMatch(body -> Set.of(
                        "paid", "partially_refunded")
                .contains(body.path("financial_status").asText()));
        if (order.isCancelled() || !paid) {
            return 0;
        }
        // Three were ordered. What is more was added; every piece that is gone was removed or refunded.
        return line.map(one -> Math.max(0, 3 - (one.quantity() - one.currentQuantity())))
                .orElseThrow();
    }

    /** All 120 orders of arrival of five messages about one order, each delivered twice. */
    @Example
    void everyPermutationOfFiveMessagesEndsTheSame() {
        for (Act cancelled : List.of(Act.CANCEL, Act.CANCEL_AND_GIVE_BACK)) {
            for (Act edit : List.of(Act.REMOVE_ONE, Act.REMOVE_ONE_SILENTLY, Act.ADD_TWO)) {
                dev.wearon.testkit.shopify.Order order =
                        happen(new History(true, List.of(Act.REFUND_ONE, edit, cancelled), 0, 0, 0, 0, 0));
                List<Webhook> five = List.of(
                        order.webhooks().getFirst(),
                        order.webhook("orders/paid"),
                        order.webhook("refunds/create"),
                        order.webhook("orders/cancelled"),
                        order.webhook("orders/edited"));
                for (List<Webhook> permutation : permutations(five)) {
                    for (int spent = 0; spent <= 2; spent++) {
                        LedgerModel ledger = new LedgerModel();
                        Row row = new Row(Long.toString(order.id), ledger);
                        for (Webhook webhook : permutation) {
                            row.add(read(order, webhook));
                            row.add(read(order, webhook));
                            int balance = ledger.balance(SHOPPER);
                            if (balance > 0) {
                                ledger.charge(SPENT, SHOPPER, spent == 2 ? balance : Math.min(spent, balance));
                            }
                            assertThat(ledger.addsUp()).isTrue();
                        }
                        ledger.release(SPENT);
                        assertThat(ledger.balance(SHOPPER)).isZero();
                        assertThat(ledger.addsUp()).isTrue();
                    }
                }
            }
        }
    }

    private static <T> List<List<T>> permutations(List<T> all) {
        if (all.isEmpty()) {
            return List.of(List.of());
        }
        List<List<T>> found = new ArrayList<>();
        for (T first : all) {
            List<T> rest = new ArrayList<>(all);
            rest.remove(first);
            for (List<T> tail : permutations(rest)) {
                List<T> one = new ArrayList<>(List.of(first));
                one.addAll(tail);
                found.add(one);
            }
        }
        return found;
    }

    private static dev.wearon.testkit.shopify.Order happen(History history) {
        dev.wearon.testkit.shopify.Order order =
                shop.order(new Cart().add(credit, 3).add(shirt, 1).email(SHOPPER));
        tick();
        if (history.paysFirst()) {
            order.pay();
        }
        for (Act act : history.acts()) {
            tick();
            try {
                perform(order, act);
            } catch (IllegalStateException shopifyRefuses) {
                // The next act may be possible.
            }
        }
        tick();
        if (!history.paysFirst()) {
            try {
                order.pay();
            } catch (IllegalStateException nothingToPay) {
                // It was cancelled, or nothing is left of it.
            }
        }
        return order;
    }

    private static void tick() {
        now = now.plusMillis(700);
    }

    private static void perform(dev.wearon.testkit.shopify.Order order, Act act) {
        dev.wearon.testkit.shopify.Order.Line line = order.lines().getFirst();
        switch (act) {
            case REFUND_ONE -> order.refund(line, 1);
            case REFUND_TWO -> order.refund(line, 2);
            case REFUND_MONEY -> order.refundMoney(new BigDecimal("1.00"));
            case REMOVE_ONE -> order.edit(line, line.currentQuantity() - 1);
            case REMOVE_ONE_SILENTLY -> order.edit(line, line.currentQuantity() - 1, false);
            case ADD_TWO -> order.edit(line, line.currentQuantity() + 2);
            case ADD_A_LINE -> order.add(credit, 2);
            case CANCEL -> order.cancel("customer", false);
            case CANCEL_AND_GIVE_BACK -> order.cancel("customer", true);
        }
    }

    /** An edit names no products, so the order is read: as it is at the end. */
    private static OrderSnapshot read(dev.wearon.testkit.shopify.Order order, Webhook webhook) {
        return switch (webhook.topic()) {
            case "refunds/create" -> RestOrder.refund(body(webhook));
            case "orders/edited" -> RestOrder.order(body(order.webhook("orders/updated")));
            default -> RestOrder.order(body(webhook));
        };
    }

    private static JsonNode body(Webhook webhook) {
        try {
            return JSON.readTree(webhook.body());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
