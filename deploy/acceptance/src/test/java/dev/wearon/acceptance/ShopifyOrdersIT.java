package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.TestKeys;
import dev.wearon.testkit.shopify.Cart;
import dev.wearon.testkit.shopify.Cart.Item;
import dev.wearon.testkit.shopify.Deliveries.Webhook;
import dev.wearon.testkit.shopify.FakeShopify;
import dev.wearon.testkit.shopify.Order;
import dev.wearon.testkit.shopify.Shop;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders of a shop at the stand-in of Shopify, through the gateway into the real ledger. */
class ShopifyOrdersIT {

    private static final Duration LATER = Duration.ofMinutes(3);
    private static final String SECRET = "the-secret-of-the-app-of-these-tests";
    private static final String SHOP = "orders.myshopify.com";
    private static final int POOL = 1_000;
    private static final int ORDERED = 3;

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private FakeShopify shopify;
    private Rig rig;
    private RunningService gateway;

    @BeforeEach
    void start() throws Exception {
        shopify = new FakeShopify("the-app-of-these-tests", SECRET, InstantSource.system());
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        rig.useKeys(TestKeys::ofThisModule);
        gateway = gateway();
    }

    @AfterEach
    void stop() {
        rig.close();
        shopify.close();
        threads.close();
    }

    private RunningService gateway() throws IOException {
        Map<String, String> variables = new HashMap<>(Suite.PATIENT);
        variables.putAll(Map.of(
                "WEARON_SHOPIFY_CLIENT_ID", "the-app-of-these-tests",
                "WEARON_SHOPIFY_CLIENT_SECRET", SECRET,
                "WEARON_SHOPIFY_TOKEN_KEYS", "a-key-of-these-tests-that-encrypts-tokens",
                "WEARON_SHOPIFY_URL", shopify.url() + "/{shop}",
                "WEARON_SHOPIFY_TIMEOUT", "10s",
                "WEARON_SHOPIFY_OPERATION_TIMEOUT", "20s",
                "WEARON_ORDERS_EVERY", "500ms"));
        return rig.start("gateway", variables);
    }

    /** The shop is installed, and sells credits. */
    private Item sell(Shop shop) {
        ApiClient api = ApiClient.of(gateway.url());
        String store = api.withKey(shopify.sessionToken(SHOP))
                .post("/api/shopify/store", Map.of())
                .expect(200)
                .data()
                .get("id")
                .textValue();
        String key = api.withKey(Rig.ADMIN_TOKEN)
                .post("/admin/v1/stores/" + store + "/api-keys", Map.of("allowed_domains", List.of()))
                .expect(201)
                .data()
                .get("api_key")
                .textValue();
        String variant = api.withKey(key)
                .call(
                        "PATCH",
                        "/api/v1/stores/config",
                        Map.of("billing_mode", "resell_mode", "retail_credit_price", 4.99))
                .expect(200)
                .data()
                .get("shopify_variant_id")
                .textValue();
        return shop.item(variant).orElseThrow();
    }

    private UUID store() {
        return UUID.fromString(query("SELECT id FROM gateway.stores WHERE shop_domain = '" + SHOP + "'"));
    }

    private String query(String query) {
        try (var connection = rig.connect();
                var rows = connection.createStatement().executeQuery(query)) {
            return rows.next() ? rows.getString(1) : null;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void send(Webhook webhook) {
        String group = webhook.topic().startsWith("refunds/") ? "refunds" : "orders";
        assertThat(shopify.deliveries()
                        .sendWithRetries(URI.create(gateway.url() + "/api/v1/webhooks/shopify/" + group), webhook))
                .endsWith(200);
    }

    private void fund() {
        query("SELECT g.outcome FROM credits.grant_credits('%s', %d, 'purchase', 'grant', NULL) g"
                .formatted(store(), POOL));
    }

    private int balance(String shopper) {
        String balance =
                query("SELECT balance FROM credits.store_shopper_credits WHERE store_id = '%s' AND shopper_email = '%s'"
                        .formatted(store(), shopper));
        return balance == null ? 0 : Integer.parseInt(balance);
    }

    /** Nothing waits to be worked on or to be told. */
    private void settled() {
        Await.until(
                LATER,
                () -> query("SELECT (SELECT count(*) FROM gateway.incoming_webhooks WHERE outcome IS NULL)"
                        + " + (SELECT count(*) FROM gateway.orders WHERE due_at IS NOT NULL)"),
                "0"::equals);
    }

    private void booksAgree() {
        assertThat(query("SELECT count(*) FROM credits.disagreements")).isEqualTo("0");
        assertThat(query(
                        "SELECT count(*) FROM credits.trial_balance WHERE credits_difference <> 0 OR pool_difference <> 0 OR"
                                + " shoppers_difference <> 0 OR charges_difference <> 0"))
                .isEqualTo("0");
        assertThat(query("SELECT count(*) FROM credits.store_shopper_credits WHERE balance < 0"))
                .isEqualTo("0");
    }

    /** Thirty orders with random histories; all of their webhooks come twice, in a random order and at once, while the shoppers spend. */
    @Test
    void whateverArrivesFirstTheShoppersHaveWhatIsLeftOfTheirOrders() throws Exception {
        rig.start("credits", Suite.PATIENT);
        Shop shop = shopify.install(SHOP, "EUR");
        Item credit = sell(shop);
        fund();
        Random random = new Random(20_261_203);
        List<Order> orders = new ArrayList<>();
        List<Webhook> webhooks = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Order order = shop.order(new Cart().add(credit, ORDERED).email("shopper-" + i + "@example.com"));
            order.pay();
            for (int act = random.nextInt(4); act > 0; act--) {
                perform(order, random.nextInt(7));
            }
            orders.add(order);
            webhooks.addAll(order.webhooks());
            order.webhooks().forEach(webhook -> webhooks.add(webhook.again()));
        }
        Collections.shuffle(webhooks, random);

        Future<List<UUID>> tryOns = threads.submit(() -> spend(new Random(1)));
        for (int from = 0; from < webhooks.size(); from += 8) {
            List<Future<?>> sent = new ArrayList<>();
            for (Webhook webhook : webhooks.subList(from, Math.min(from + 8, webhooks.size()))) {
                sent.add(threads.submit(() -> send(webhook)));
            }
            for (Future<?> one : sent) {
                one.get();
            }
        }
        List<UUID> charged = tryOns.get();
        settled();
        booksAgree();

        for (UUID tryOn : charged) {
            query("SELECT credits.release('%s', '%s', 'release', NULL)".formatted(tryOn, store()));
        }
        booksAgree();
        int all = 0;
        for (int i = 0; i < orders.size(); i++) {
            int left = left(orders.get(i));
            all += left;
            assertThat(balance("shopper-" + i + "@example.com"))
                    .as("shopper %d", i)
                    .isEqualTo(left);
        }
        assertThat(all).isPositive();
        assertThat(query("SELECT balance FROM credits.store_credits WHERE store_id = '" + store() + "'"))
                .isEqualTo(Integer.toString(POOL - all));
    }

    /** Each shopper begins a try-on as soon as there is a credit. */
    private List<UUID> spend(Random random) {
        List<UUID> charged = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 30; i++) {
                String shopper = "shopper-" + i + "@example.com";
                UUID tryOn =
                        new UUID(random.nextLong() & ~0xF000L | 0x4000L, random.nextLong() & ~(3L << 62) | 2L << 62);
                if (random.nextInt(8) == 0
                        && "charged"
                                .equals(query("SELECT credits.charge('%s', '%s', 1, 'try-on', NULL, '%s')"
                                        .formatted(tryOn, store(), shopper)))) {
                    charged.add(tryOn);
                }
            }
        }
        return charged;
    }

    private static void perform(Order order, int act) {
        Order.Line line = order.lines().getFirst();
        try {
            switch (act) {
                case 0 -> order.refund(line, 1);
                case 1 -> order.refundMoney(new BigDecimal("1.00"));
                case 2 -> order.edit(line, line.currentQuantity() - 1);
                case 3 -> order.edit(line, line.currentQuantity() - 1, false);
                case 4 -> order.edit(line, line.currentQuantity() + 2);
                case 5 -> order.cancel("customer", false);
                default -> order.cancel("customer", true);
            }
        } catch (IllegalStateException shopifyRefuses) {
            // The next act may be possible.
        }
    }

    /** Three were ordered and paid; every piece that is gone was removed or refunded. */
    private static int left(Order order) {
        Order.Line line = order.lines().getFirst();
        return order.isCancelled() ? 0 : Math.max(0, ORDERED - (line.quantity() - line.currentQuantity()));
    }

    @Test
    void aGatewayThatDiesBetweenStoringAndGrantingGrantsOnce() throws Exception {
        Shop shop = shopify.install(SHOP, "EUR");
        Order order = shop.order(new Cart().add(sell(shop), ORDERED).email("ann@example.com"));
        order.pay();
        send(order.webhook("orders/paid"));
        Await.until(
                LATER,
                () -> query("SELECT credits || ' ' || (told_returned IS NULL) FROM gateway.orders"),
                "3 true"::equals);
        gateway.kill();

        rig.start("credits", Suite.PATIENT);
        fund();
        gateway = gateway();
        Await.until(LATER, () -> query("SELECT outcome FROM gateway.orders"), "completed"::equals);
        order.webhooks().forEach(this::send);
        settled();
        assertThat(balance("ann@example.com")).isEqualTo(ORDERED);
        assertThat(query("SELECT count(*) FROM credits.store_shopper_purchases"))
                .isEqualTo("1");
        assertThat(query("SELECT to_jsonb(o)::text FROM gateway.orders o")).doesNotContain("@");
        booksAgree();
    }
}
