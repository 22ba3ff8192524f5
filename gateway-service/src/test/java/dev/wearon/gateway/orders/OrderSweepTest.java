package dev.wearon.gateway.orders;

import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.incoming.Handled;
import dev.wearon.gateway.shopify.AdminApi;
import dev.wearon.gateway.shopify.Failure;
import dev.wearon.gateway.shopify.ShopifyApp;
import dev.wearon.gateway.stores.CreditShop;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.testkit.shopify.Cart;
import dev.wearon.testkit.shopify.Cart.Item;
import dev.wearon.testkit.shopify.Order;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OrderSweepTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Inject
    OrderSweep sweep;

    @Inject
    Sweeps sweeps;

    @Inject
    ShopConnections shops;

    @Inject
    AdminApi shopify;

    @Inject
    Settlement settlement;

    @Inject
    ShopifyApp app;

    @Inject
    OrdersConfig config;

    private CreditsSeller seller;

    @BeforeEach
    void open() {
        seller = CreditsSeller.open();
    }

    private CreditShop shop() {
        return shops.creditShop(seller.merchant().storeId())
                .await()
                .atMost(LIMIT)
                .orElseThrow();
    }

    private boolean sweep() {
        return sweep.sweep(shop()).await().atMost(LIMIT);
    }

    private boolean isDue() {
        return !sweeps.due(List.of(shop())).await().atMost(LIMIT).isEmpty();
    }

    private String column(String expression) {
        return ask(
                "SELECT (" + expression + ")::text FROM gateway.order_sweeps WHERE store_id = ?::uuid",
                seller.merchant().storeId().toString());
    }

    @Test
    void findsWhatNoWebhookTold() {
        Order order = seller.shop().order(new Cart().add(seller.credit(), 3).email("ann@example.com"));
        order.pay();
        assertThat(isDue()).isTrue();
        assertThat(sweep()).isTrue();
        assertThat(seller.ledger().balance("ann@example.com")).isEqualTo(3);
        assertThat(
                        column(
                                "swept_until IS NOT NULL AND since IS NULL AND holder IS NULL AND due_at > now() + interval '59 minutes'"))
                .isEqualTo("true");
        order.edit(order.line(), 2, false);
        assertThat(sweep()).isTrue();
        assertThat(seller.ledger().balance("ann@example.com")).isEqualTo(2);
        assertThat(seller.ledger().grants()).isEqualTo(1);
    }

    @Test
    void isDueEveryHourAndAtOnceAfterAnInstallation() {
        assertThat(isDue()).isTrue();
        sweep();
        assertThat(isDue()).isFalse();
        seller.merchant().connect();
        assertThat(isDue()).isTrue();
        sweep();
        assertThat(isDue()).isFalse();
        sql(
                "UPDATE gateway.order_sweeps SET due_at = now() WHERE store_id = ?::uuid",
                seller.merchant().storeId().toString());
        assertThat(isDue()).isTrue();
    }

    @Test
    void readsAllPages() {
        Item shirt = seller.shop().product("Shirt", new BigDecimal("20.00"));
        Order first = seller.shop()
                .order(new Cart()
                        .add(seller.credit(), 1)
                        .email("ann@example.com")
                        .alreadyPaid());
        for (int i = 0; i < 110; i++) {
            seller.shop()
                    .order(new Cart().add(shirt, 1).email("ann@example.com").alreadyPaid());
        }
        Order last = seller.shop()
                .order(new Cart()
                        .add(seller.credit(), 2)
                        .email("bob@example.com")
                        .alreadyPaid());
        assertThat(sweep()).isTrue();
        assertThat(seller.column(first.id, "outcome")).isEqualTo("completed");
        assertThat(seller.column(last.id, "outcome")).isEqualTo("completed");
        assertThat(seller.rows()).isEqualTo(2);
    }

    @Test
    void goesOnWhereShopifyStoppedIt() {
        Order order = seller.shop().order(new Cart().add(seller.credit(), 3).email("ann@example.com"));
        order.pay();
        seller.shop().faults().status(500);
        assertThat(sweep()).as("the list failed").isFalse();
        assertThat(column("swept_until IS NULL AND since IS NOT NULL AND holder IS NULL AND due_at <= now()"))
                .isEqualTo("true");
        assertThat(isDue()).isTrue();
        String since = column("since");
        FakeServices.shopify().leavePoints(seller.shop().domain(), 0);
        assertThat(sweep()).as("it was throttled, and then served").isTrue();
        assertThat(column("since IS NULL AND swept_until > '" + since + "'")).isEqualTo("true");
        assertThat(seller.ledger().balance("ann@example.com")).isEqualTo(3);
    }

    @Test
    void anOrderThatFailsIsReadByTheNextSweepAndTheOthersByThisOne() {
        assertThat(sweep()).isTrue();
        String mark = column("swept_until");
        List<Order> orders = Stream.of("ann@example.com", "bob@example.com", "dan@example.com", "eve@example.com")
                .map(email -> seller.shop()
                        .order(new Cart().add(seller.credit(), 1).email(email).alreadyPaid()))
                .toList();
        String failing = Long.toString(orders.get(1).id);
        String refused = Long.toString(orders.get(2).id);
        var reader = new OrderReader(shopify, settlement) {
            @Override
            Uni<Handled> record(CreditShop shop, String orderId) {
                if (orderId.equals(failing)) {
                    return Uni.createFrom().failure(new IllegalStateException("The database is away"));
                }
                return orderId.equals(refused)
                        ? Uni.createFrom().item(notTold(Failure.Reason.REFUSED))
                        : super.record(shop, orderId);
            }
        };
        assertThat(new OrderSweep(shops, sweeps, shopify, reader, app, config)
                        .sweep(shop())
                        .await()
                        .atMost(LIMIT))
                .as("it came to its end")
                .isTrue();
        assertThat(seller.ledger().balance("ann@example.com")).isEqualTo(1);
        assertThat(seller.ledger().balance("bob@example.com")).isZero();
        assertThat(seller.ledger().balance("dan@example.com")).isZero();
        assertThat(seller.ledger().balance("eve@example.com")).isEqualTo(1);
        assertThat(column("swept_until")).as("where the next one begins").isEqualTo(mark);
        assertThat(column("since IS NULL AND holder IS NULL AND due_at > now() + interval '59 minutes'"))
                .isEqualTo("true");

        assertThat(sweep()).isTrue();
        assertThat(seller.ledger().balance("bob@example.com")).isEqualTo(1);
        assertThat(seller.ledger().balance("dan@example.com")).isEqualTo(1);
        assertThat(column("swept_until > '" + mark + "'")).isEqualTo("true");
    }

    @Test
    void oneProcessSweepsAShopAtATime() {
        var taken = sweeps.take(shop()).await().atMost(LIMIT).orElseThrow();
        assertThat(sweeps.take(shop()).await().atMost(LIMIT)).isEmpty();
        assertThat(sweep()).isFalse();
        assertThat(isDue()).isFalse();
        // Its process has died.
        sql(
                "UPDATE gateway.order_sweeps SET leased_until = now() - interval '1 second' WHERE store_id = ?::uuid",
                seller.merchant().storeId().toString());
        assertThat(isDue()).isTrue();
        assertThat(sweep()).isTrue();
        assertThat(sweeps.pageDone(taken, "late", false).await().atMost(LIMIT)).isFalse();
        assertThat(sweeps.done(taken, Duration.ofHours(1), false).await().atMost(LIMIT))
                .isFalse();
    }
}
