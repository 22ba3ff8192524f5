package dev.wearon.gateway.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.gateway.shopify.Failure.Reason;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.shopify.Order;
import dev.wearon.testkit.shopify.Shop;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class AdminApiTest {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    @Inject
    AdminApi api;

    @Inject
    AccessTokens tokens;

    @Inject
    ShopifyHttp http;

    private Merchant merchant;
    private UUID store;

    @BeforeEach
    void connect() {
        merchant = Merchant.atShopify();
        store = merchant.storeId();
    }

    private static <T> T done(Uni<Outcome<T>> outcome) {
        Outcome<T> got = outcome.await().atMost(LIMIT);
        assertThat(got).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<T>) got).value();
    }

    private static Failure failed(Uni<? extends Outcome<?>> outcome) {
        return ((Outcome.Failed<?>) outcome.await().atMost(LIMIT)).failure();
    }

    @Test
    void readsTheShop() {
        AdminApi.Shop shop = done(api.shop(store));
        assertThat(shop.domain()).isEqualTo(merchant.shopDomain());
        assertThat(shop.currency()).isEqualTo("EUR");
        assertThat(shop.scopes()).contains("write_products", "read_orders");
    }

    @Test
    void readsAnOrderWithAnIdAbove53Bits() {
        Shop shop = FakeServices.shopify().install(merchant.shopDomain(), "EUR");
        Order order = shop.order();
        order.assign(shop.customer(7_001, "a@example.com", true));
        order.pay();
        merchant.connect();
        JsonNode read = done(api.order(store, Long.toString(order.id))).orElseThrow();
        assertThat(read.path("legacyResourceId").asText()).isEqualTo(Long.toString(order.id));
        assertThat(read.path("displayFinancialStatus").asText()).isEqualTo("PAID");
        assertThat(read.at("/customer/id").asText()).isEqualTo("gid://shopify/Customer/7001");
        assertThat(read.at("/lineItems/nodes/0/currentQuantity").asInt()).isEqualTo(1);
        assertThat(done(api.order(store, "1"))).isEmpty();
    }

    @Test
    void readsAllPagesOfChangedOrders() {
        var shop = FakeServices.shopify().install(merchant.shopDomain(), "EUR");
        merchant.connect();
        Instant since = Instant.now().minusSeconds(60);
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 103; i++) {
            made.add(Long.toString(shop.order().id));
        }
        AdminApi.OrderPage first = done(api.orders(store, since, Optional.empty()));
        assertThat(first.orderIds()).hasSize(100);
        AdminApi.OrderPage second = done(api.orders(store, since, first.next()));
        assertThat(second.next()).isEmpty();
        List<String> all = new ArrayList<>(first.orderIds());
        all.addAll(second.orderIds());
        assertThat(all).containsExactlyInAnyOrderElementsOf(made);
        assertThat(done(api.orders(store, Instant.now().plusSeconds(60), Optional.empty()))
                        .orderIds())
                .isEmpty();
    }

    private Shop shop() {
        return FakeServices.shopify().find(merchant.shopDomain()).orElseThrow();
    }

    private Order paidOrder() {
        Order order = shop().order();
        order.assign(shop().customer(7_001, "a@example.com", true));
        order.pay();
        return order;
    }

    private Uni<Outcome<Optional<JsonNode>>> read(Order order) {
        return api.order(store, Long.toString(order.id));
    }

    @Test
    void readsTheRestOfAnOrderIfPersonalDataIsDenied() {
        Order order = paidOrder();
        shop().faults().deny("Order.email");
        JsonNode withoutMail = done(read(order)).orElseThrow();
        assertThat(withoutMail.path("email").isNull()).isTrue();
        assertThat(withoutMail.path("displayFinancialStatus").asText()).isEqualTo("PAID");
        assertThat(withoutMail.at("/customer/id").asText()).isEqualTo("gid://shopify/Customer/7001");
        shop().faults().deny("Customer");
        JsonNode withoutCustomer = done(read(order)).orElseThrow();
        assertThat(withoutCustomer.path("customer").isNull()).isTrue();
        assertThat(withoutCustomer.path("displayFinancialStatus").asText()).isEqualTo("PAID");
    }

    @Test
    void readsACustomerWhoseAddressIsDenied() {
        shop().customer(7_001, "a@example.com", true);
        assertThat(done(api.customer(store, "7001")))
                .contains(new AdminApi.Customer("7001", Optional.of("a@example.com"), true));
        shop().faults().deny("CustomerEmailAddress.emailAddress");
        assertThat(done(api.customer(store, "7001"))).contains(new AdminApi.Customer("7001", Optional.empty(), true));
        shop().faults().deny("Customer.defaultEmailAddress");
        assertThat(done(api.customer(store, "7001"))).contains(new AdminApi.Customer("7001", Optional.empty(), true));
        shop().faults().deny("Customer");
        assertThat(failed(api.customer(store, "7001")).reason()).isEqualTo(Reason.ACCESS_DENIED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Order", "QueryRoot.order", "Order.fullyPaid", "Order.lineItems", "LineItem.currentQuantity"})
    void doesNotReadAnOrderWithoutWhatItNeeds(String place) {
        Order order = paidOrder();
        shop().faults().deny(place);
        assertThat(failed(read(order)).reason()).isEqualTo(Reason.ACCESS_DENIED);
        shop().faults().mend(place);
        shop().faults().deny("Order.email");
        shop().faults().breakDown(place);
        assertThat(failed(read(order)).reason()).isEqualTo(Reason.UNAVAILABLE);
        shop().faults().mend(place);
        shop().faults().breakDown("Order.email");
        assertThat(failed(read(order)).reason())
                .as("an address that is there, but was not read")
                .isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void doesNotReadOrdersWithoutTheirScope() {
        shop().faults().denyScope("QueryRoot.orders", "read_orders");
        Failure failure = failed(api.orders(store, Instant.now(), Optional.empty()));
        assertThat(failure.reason()).isEqualTo(Reason.ACCESS_DENIED);
        assertThat(failure.problem("").getMessage()).contains("Grant the scopes");
    }

    @Test
    void warnsOnceIfShopifyServesAnotherVersion() {
        FakeServices.shopify().retire("2026-04");
        var older = new AdminApi(
                tokens, http, ShopifyAppTest.config(Map.of("api-version", "2026-04")), new SimpleMeterRegistry());
        done(older.shop(store));
        done(older.shop(store));
        assertThat(LogFile.holding("Shopify serves the Admin API 2026-07 in place of 2026-04"))
                .containsOnlyOnce("in place of 2026-04")
                .doesNotContain("in place of 2026-10");
    }

    @Test
    void waitsWhileItIsThrottled() {
        FakeServices.shopify().leavePoints(merchant.shopDomain(), -150);
        long before = System.nanoTime();
        done(api.shop(store));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofSeconds(1));
    }

    @Test
    void doesNotWaitLongerThanAnOperationMay() {
        FakeServices.shopify().leavePoints(merchant.shopDomain(), -10_000);
        Failure failure = failed(api.shop(store));
        assertThat(failure.reason()).isEqualTo(Reason.THROTTLED);
        assertThat(failure.retryAfter().orElseThrow()).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(105));
    }

    @ParameterizedTest
    @CsvSource({
        "402,SHOP_CLOSED",
        "423,SHOP_CLOSED",
        "404,SHOP_CLOSED",
        "403,ACCESS_DENIED",
        "500,UNAVAILABLE",
        "503,UNAVAILABLE",
        "400,REFUSED"
    })
    void readsTheStatusFirst(int status, Reason reason) {
        FakeServices.shopify().failNext(merchant.shopDomain(), status);
        assertThat(failed(api.shop(store)).reason()).isEqualTo(reason);
        done(api.shop(store));
    }

    @Test
    void repeatsA429() {
        FakeServices.shopify().failNext(merchant.shopDomain(), 429);
        done(api.shop(store));
    }

    @Test
    void aRefusedTokenIsRenewedOnce() {
        FakeServices.shopify().failNext(merchant.shopDomain(), 401);
        done(api.shop(store));
        FakeServices.shopify().failNext(merchant.shopDomain(), 401);
        FakeServices.shopify().failNext(merchant.shopDomain(), 401);
        assertThat(failed(api.shop(store)).reason()).isEqualTo(Reason.DISCONNECTED);
    }

    @Test
    void aStoreWithoutAShopIsNotConnected() {
        assertThat(failed(api.shop(Merchant.inAbsorbMode().storeId())).reason()).isEqualTo(Reason.DISCONNECTED);
        assertThat(failed(api.shop(UUID.randomUUID())).reason()).isEqualTo(Reason.DISCONNECTED);
    }

    @ParameterizedTest
    @CsvSource({"100,0,50,2", "101,0,50,3", "10,9.5,100,1", "500,500,100,1", "10,0,0,10", "1000000,0,1,3600"})
    void waitsUntilTheBucketHasEnough(double requested, double available, double rate, long seconds) throws Exception {
        JsonNode cost = new ObjectMapper()
                .readTree(
                        "{\"requestedQueryCost\":%s,\"throttleStatus\":{\"currentlyAvailable\":%s,\"restoreRate\":%s}}"
                                .formatted(requested, available, rate));
        assertThat(AdminApi.pause(cost)).isEqualTo(Duration.ofSeconds(seconds));
    }
}
