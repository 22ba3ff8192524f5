package dev.wearon.demo;

import dev.wearon.demo.SampleShop.Buyer;
import dev.wearon.demo.SampleShop.Product;
import dev.wearon.demo.SavedStores.Store;
import dev.wearon.local.suite.DemoShop.Customer;
import dev.wearon.local.suite.DemoShop.Shop;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PublicApi;
import dev.wearon.local.suite.PublicApi.Answer;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;

/** Creates what is missing of one shop. Each step may be repeated, so an interrupted set-up is continued by the next one. */
record ShopSetup(SampleShop shop, Layout layout, RunFile run, PublicApi api, StandIn standIn, SavedStores saved) {

    private static final String STORES = "/admin/v1/stores/";

    /** Allows 30 calls a minute, so that try-ons can follow each other. */
    private static final String TIER = "growth";

    /** Of the pool of a store. */
    private static final int CREDITS = 25;

    /** A pool with less than this is filled again. */
    private static final int FEW = 5;

    /** The first four let the pages of the shop get tokens for their shoppers; the merchant has the others. */
    private static final List<String> SCOPES = List.of(
            "shopper-tokens:mint",
            "generations:write",
            "generations:read",
            "shoppers:read",
            "credits:read",
            "store:write");

    /** In all 12 seconds. An order needs less than one, unless the switches of the shop delay its webhooks. */
    private static final int MOST_READS = 15;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    Shop complete() throws IOException, UserError {
        install();
        Store store = connect();
        String creditVariant = api.patch("/api/v1/stores/config", store.apiKey(), shop.config())
                .require("Setting who pays in " + shop.domain())
                .path("shopify_variant_id")
                .asText();
        List<Customer> customers = new ArrayList<>();
        for (Buyer buyer : shop.customers()) {
            customers.add(customer(buyer, creditVariant));
        }
        String url = layout.shopUrl() + shop.domain() + "/";
        return new Shop(url, shop.shows(), customers);
    }

    private void install() throws IOException, UserError {
        if (!standIn.shops().contains(shop.domain())) {
            standIn.post(
                    "shops",
                    Map.of(
                            "domain", shop.domain(),
                            "currency", SampleShop.CURRENCY,
                            "title", shop.title(),
                            "note", shop.note(),
                            "app", run.gatewayUrl()));
        }
        standIn.put(path("proxy"), Map.of("path", StandIn.PROXY, "app", run.gatewayUrl() + "/api/shopify/proxy"));
        for (Buyer buyer : shop.customers()) {
            standIn.post(
                    path("customers"),
                    Map.of("id", Long.toString(buyer.id()), "email", buyer.email(), "verified_email", true));
        }
        List<String> known = standIn.get(path("")).path("products").findValuesAsText("title");
        for (Product product : SampleShop.PRODUCTS) {
            if (!known.contains(product.title())) {
                standIn.post(
                        path("products"),
                        Map.of("title", product.title(), "price", product.price(), "picture", product.picture()));
            }
        }
    }

    private String path(String what) {
        return "shops/" + shop.domain() + (what.isEmpty() ? "" : "/" + what);
    }

    /** As when the merchant opens the app, and the operator prepares the store for the demo. */
    private Store connect() throws IOException, UserError {
        String session =
                standIn.post(path("session-tokens"), Map.of()).path("token").asText();
        String storeId = api.post("/api/shopify/store", session, Map.of())
                .require("Connecting " + shop.domain())
                .path("id")
                .asText();
        api.patch(
                        STORES + storeId,
                        run.adminToken(),
                        Map.of(
                                "subscription_tier", TIER,
                                "anonymous_per_day", shop.anonymousPerDay(),
                                "image_hosts",
                                        List.of(URI.create(layout.shopUrl()).getHost())))
                .require("Preparing the store of " + shop.domain());
        Store store = saved.of(shop.domain())
                .filter(known -> known.storeId().equals(storeId))
                .orElse(null);
        OptionalInt balance = store == null ? OptionalInt.empty() : balance(store);
        if (balance.isEmpty()) {
            store = createKey(storeId);
            balance = balance(store);
        }
        if (balance.orElse(0) < FEW) {
            api.postIdempotent(
                            STORES + storeId + "/credits",
                            run.adminToken(),
                            "demo-" + UUID.randomUUID(),
                            Map.of("amount", CREDITS, "type", "purchase", "description", "Demo credits"))
                    .require("Granting credits to the store of " + shop.domain());
        }
        return store;
    }

    private Store createKey(String storeId) throws IOException, UserError {
        String origin = layout.shopUrl().replaceAll("/$", "");
        String key = api.post(
                        STORES + storeId + "/api-keys",
                        run.adminToken(),
                        Map.of("name", "storefront", "allowed_domains", List.of(origin), "scopes", SCOPES))
                .require("Creating an API key of " + shop.domain())
                .path("api_key")
                .asText();
        Store store = new Store(storeId, key);
        saved.put(shop.domain(), store);
        return store;
    }

    /** Of the pool. Empty if the key is not valid any more. */
    private OptionalInt balance(Store store) throws IOException, UserError {
        return switch (api.get("/api/v1/credits/balance", store.apiKey())) {
            case Answer.Refusal refusal when refusal.status() == 401 -> OptionalInt.empty();
            case Answer answer ->
                OptionalInt.of(answer.require("Reading the balance of " + shop.domain())
                        .path("balance")
                        .asInt());
        };
    }

    private Customer customer(Buyer buyer, String creditVariant) throws IOException, UserError {
        if (!shop.shoppersPay()) {
            return new Customer(buyer.email(), OptionalInt.empty());
        }
        int credits = credits(buyer);
        if (credits == 0 && buyer.credits() > 0) {
            standIn.post(
                    path("orders"),
                    Map.of(
                            "customer_id", Long.toString(buyer.id()),
                            "email", buyer.email(),
                            "lines", List.of(Map.of("variant_id", creditVariant, "quantity", buyer.credits()))));
            credits = awaitCredits(buyer);
        }
        return new Customer(buyer.email(), OptionalInt.of(credits));
    }

    /**
     * Pauses longer before each read, because the reads of a shopper are limited.
     *
     * @return 0 if they come later
     */
    private int awaitCredits(Buyer buyer) throws IOException {
        int credits = 0;
        for (int read = 1; read <= MOST_READS && credits == 0; read++) {
            pause(FIRST_PAUSE.multipliedBy(read));
            credits = credits(buyer);
        }
        return credits;
    }

    private static void pause(Duration pause) throws IOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for credits", interrupted);
        }
    }

    private int credits(Buyer buyer) throws IOException {
        return standIn.shopper(shop.domain(), buyer.id()).path("balance").asInt();
    }
}
