package dev.wearon.drill;

import dev.wearon.testkit.shopify.Cart;
import dev.wearon.testkit.shopify.Courier;
import dev.wearon.testkit.shopify.Customer;
import dev.wearon.testkit.shopify.Deliveries.Webhook;
import dev.wearon.testkit.shopify.FakeShopify;
import dev.wearon.testkit.shopify.Order;
import dev.wearon.testkit.shopify.Order.FinancialStatus;
import dev.wearon.testkit.shopify.Shop;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The shops of a drill, at a stand-in of Shopify. Each webhook comes twice, late and in any order, and again while the gateway does
 * not take it. Some never come.
 */
final class Shops implements AutoCloseable {

    /** A customer who orders credits, as the product that the gateway made. */
    record Sale(Shop shop, Cart.Item credit, Customer customer) {}

    /** A store whose shop removes the app. */
    record Leaver(Payer store, Shop shop) {}

    /** @param credits what the shopper has paid for and not given back; 0 as well for an order that was never paid */
    record Ordered(UUID store, String orderId, int credits) {}

    private static final String CLIENT_ID = "drill";
    private static final Courier.Way WAY = new Courier.Way(Duration.ofSeconds(2), true, 2, Duration.ofSeconds(2));
    private static final Set<FinancialStatus> PAID =
            EnumSet.of(FinancialStatus.PAID, FinancialStatus.PARTIALLY_REFUNDED, FinancialStatus.REFUNDED);

    private final String secret = UUID.randomUUID().toString();
    private final FakeShopify shopify;
    private final Courier courier;
    private final Map<UUID, Shop> shops = new ConcurrentHashMap<>();
    private final List<Sale> sales = new CopyOnWriteArrayList<>();
    private volatile Leaver leaver;

    Shops() throws IOException {
        shopify = new FakeShopify(CLIENT_ID, secret, InstantSource.system());
        courier = shopify.courier();
        courier.take(WAY);
    }

    /** What the gateway needs to know of the app. */
    Map<String, String> variables() {
        return Map.of(
                "WEARON_SHOPIFY_CLIENT_ID",
                CLIENT_ID,
                "WEARON_SHOPIFY_CLIENT_SECRET",
                secret,
                "WEARON_SHOPIFY_TOKEN_KEYS",
                UUID.randomUUID().toString() + UUID.randomUUID(),
                "WEARON_SHOPIFY_URL",
                shopify.url() + "/{shop}",
                "WEARON_ORDERS_EVERY",
                "1s",
                "WEARON_ORDERS_SWEEP_EVERY",
                "5s");
    }

    /** A shop with the app installed. */
    Shop install(String name, String gatewayUrl) {
        Shop shop = shopify.install(name + "-drill.myshopify.com", "EUR");
        shop.subscribe(URI.create(gatewayUrl));
        shopify.deliver(shop);
        return shop;
    }

    /** The next delivery of a webhook does not arrive, so only the gateway's sweep finds what it told. */
    void loseOne() {
        courier.lose(1);
    }

    /** The shop removes the app. Its webhook is repeated until the gateway takes it. */
    void uninstall(Shop shop) throws InterruptedException {
        Webhook webhook = shopify.uninstall(shop.domain());
        URI to = shop.subscriptions().stream()
                .filter(subscription -> subscription.topic().equals(webhook.topic()))
                .findFirst()
                .orElseThrow()
                .uri();
        while (shopify.deliveries().send(to, webhook) != 200) {
            Thread.sleep(WAY.retry());
        }
    }

    String sessionToken(Shop shop) {
        return shopify.sessionToken(shop.domain());
    }

    /**
     * @param store of the shop
     * @param variantId of the product that the gateway made
     */
    void sell(UUID store, Shop shop, String variantId, Customer customer) {
        shops.put(store, shop);
        sales.add(new Sale(shop, shop.item(variantId).orElseThrow(), customer));
    }

    void leaves(Payer store, Shop shop) {
        leaver = new Leaver(store, shop);
    }

    Leaver leaver() {
        return leaver;
    }

    List<Sale> sales() {
        return List.copyOf(sales);
    }

    /** Every order so far, as the shop knows it. All lines of the drill's orders are credits. */
    List<Ordered> orders() {
        return shops.entrySet().stream()
                .flatMap(entry -> entry.getValue().orders().stream()
                        .map(order -> new Ordered(entry.getKey(), Long.toString(order.id), credits(order))))
                .toList();
    }

    private static int credits(Order order) {
        return order.isCancelled() || !PAID.contains(order.financialStatus())
                ? 0
                : order.lines().stream().mapToInt(Order.Line::currentQuantity).sum();
    }

    @Override
    public void close() {
        shopify.close();
    }
}
