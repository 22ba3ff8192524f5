package dev.wearon.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import dev.wearon.processes.services.Rig;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.shopify.Cart;
import dev.wearon.testkit.shopify.Cart.Item;
import dev.wearon.testkit.shopify.Customer;
import dev.wearon.testkit.shopify.Picture;
import dev.wearon.testkit.shopify.Shop;
import java.math.BigDecimal;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A shop with the app, one product and a store at the gateway, for one test.
 *
 * @param apiKey of its storefront
 * @param credit the product that sells a credit; null if the shop pays
 */
record Shopfront(World world, Shop shop, UUID storeId, String apiKey, Item credit) {

    static final String PRODUCT = "Breton sweater";

    /** What a storefront needs. */
    private static final List<String> SCOPES =
            List.of("shopper-tokens:mint", "generations:write", "generations:read", "shoppers:read", "store:write");

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final AtomicInteger SHOPS = new AtomicInteger();

    /** Shoppers pay. */
    static Shopfront resell(World world) {
        return open(world, Map.of("billing_mode", "resell_mode", "retail_credit_price", 4.99));
    }

    /** The shop pays. */
    static Shopfront absorb(World world) {
        return open(world, Map.of("billing_mode", "absorb_mode"));
    }

    private static Shopfront open(World world, Map<String, ?> config) {
        Shop shop = world.shopify.install("shop-" + SHOPS.incrementAndGet() + ".myshopify.com", "EUR");
        shop.describe("North Street", "");
        shop.subscribe(URI.create(world.gateway.url()));
        world.shopify.deliver(shop);
        // Pages get the public URL from the proxy's answers, and their policy names it.
        shop.proxy("/apps/wearon", URI.create("http://127.0.0.1:" + world.network.port() + "/api/shopify/proxy"));
        shop.product(PRODUCT, new BigDecimal("59.00"), Picture.sample("sweater-navy"));
        ApiClient api = ApiClient.of(world.gateway.url()).within(TIMEOUT);
        ApiClient operator = api.withKey(Rig.ADMIN_TOKEN);
        String store = api.withKey(world.shopify.sessionToken(shop.domain()))
                .post("/api/shopify/store", Map.of())
                .expect(200)
                .data()
                .get("id")
                .textValue();
        String path = "/admin/v1/stores/" + store;
        operator.call("PATCH", path, Map.of("image_hosts", List.of("localhost"), "anonymous_per_day", 100))
                .expect(200);
        String key = createKey(operator, world, store).get("api_key").textValue();
        operator.post(
                        path + "/credits",
                        Map.of("amount", 50, "type", "purchase", "description", "Tests"),
                        "Idempotency-Key",
                        UUID.randomUUID().toString())
                .expect(201);
        String variant = api.withKey(key)
                .call("PATCH", "/api/v1/stores/config", config)
                .expect(200)
                .data()
                .path("shopify_variant_id")
                .textValue();
        Item credit = config.containsValue("resell_mode") ? shop.item(variant).orElseThrow() : null;
        return new Shopfront(world, shop, UUID.fromString(store), key, credit);
    }

    private static JsonNode createKey(ApiClient operator, World world, String store) {
        return operator.post(
                        "/admin/v1/stores/" + store + "/api-keys",
                        Map.of("allowed_domains", List.of(world.shops()), "scopes", SCOPES))
                .expect(201)
                .data();
    }

    /** The store gets a new API key, and the one before is refused when this returns. */
    void changeKey() {
        ApiClient operator = ApiClient.of(world.gateway.url()).within(TIMEOUT).withKey(Rig.ADMIN_TOKEN);
        String path = "/admin/v1/stores/" + storeId + "/api-keys";
        JsonNode old = operator.get(path).expect(200).data().get("keys");
        createKey(operator, world, storeId.toString());
        old.forEach(
                key -> operator.call("DELETE", path + "/" + key.get("key_id").textValue(), Map.of())
                        .expect(200));
        ApiClient storefront = ApiClient.of(world.gateway.url()).within(TIMEOUT).withKey(apiKey);
        Await.until(TIMEOUT, () -> storefront.get("/api/v1/stores/config").status(), status -> status == 401);
    }

    String url() {
        return world.shops() + "/" + shop.domain();
    }

    String productUrl() {
        return url() + "/products/breton-sweater";
    }

    Customer customer(int credits) {
        Customer customer = shop.customer("ann-" + UUID.randomUUID() + "@example.com", true);
        if (credits > 0) {
            shop.order(new Cart().add(credit, credits).customer(customer)).pay();
            awaitBalance(customer, credits);
        }
        return customer;
    }

    void awaitBalance(Customer customer, int credits) {
        Await.until(TIMEOUT, () -> balance(customer), found -> found == credits);
    }

    int balance(Customer customer) {
        return (int) number("""
                SELECT COALESCE(sum(balance), 0) FROM credits.store_shopper_credits
                 WHERE store_id = ? AND shopper_email = credits.wallet_key_of(store_id, 'ref:shopify:' || ?)
                """, storeId, Long.toString(customer.id()));
    }

    /** The charges of the store that were not given back. */
    int charged() {
        return (int) number("SELECT count(*) FROM credits.charges WHERE store_id = ? AND status = 'charged'", storeId);
    }

    long number(String query, Object... values) {
        try (Connection connection = world.rig.connect();
                PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Somebody who is not logged in. */
    Visit visit() {
        return visit(new Browser.NewContextOptions().setViewportSize(1200, 900));
    }

    Visit visit(Browser.NewContextOptions options) {
        return new Visit(this, options);
    }

    Visit visit(Customer customer) {
        return visit().logIn(customer);
    }
}
