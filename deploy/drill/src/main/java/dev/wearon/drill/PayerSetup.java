package dev.wearon.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.PublicApi;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.UserError;
import dev.wearon.testkit.shopify.Shop;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Creates the stores, shoppers, credits, images and webhook endpoints of a drill, before the first fault. */
record PayerSetup(
        RunFile run, PublicApi api, Connection database, SampleImages images, WebhookReceiver receiver, Shops shops) {

    /** Few enough to run out during a drill, so that clients compete for the last credit. */
    private static final int FEW = 8;

    private static final List<String> SCOPES =
            List.of("generations:write", "generations:read", "credits:read", "webhooks:write", "store:write");

    private static final String STORES = "/admin/v1/stores";

    /** Books an order that a shopper has paid, as the shop's webhook does. */
    private static final String PURCHASE = """
            SELECT status
              FROM credits.process_store_shopper_purchase(
                       p_store_id => ?, p_shopper_email => ?, p_shopify_order_id => ?, p_credits => ?,
                       p_amount_paid => 4.50, p_currency => 'USD', p_request_id => ?)
            """;

    /** Creates stores that pay and a store whose shoppers pay; in both groups some wallets are full and some are empty. */
    List<Payer> create() throws IOException, SQLException, UserError {
        List<Payer> payers = new ArrayList<>();
        payers.add(store("rich", "absorb_mode", Payer.PLENTY));
        payers.add(store("second", "absorb_mode", Payer.PLENTY));
        payers.add(store("small", "absorb_mode", FEW));
        payers.add(store("broke", "absorb_mode", 0));
        Payer reseller = store("reseller", "resell_mode", 3 * Payer.PLENTY);
        payers.add(shopper(reseller, "ann@example.com", Payer.PLENTY));
        payers.add(shopper(reseller, "bob@example.com", FEW));
        payers.add(shopper(reseller, "carl@example.com", 0));
        payers.addAll(customers(sells(connected("boutique")), "dora@example.com", "emil@example.com"));
        Connected popUp = connected("pop-up");
        shops.leaves(popUp.store(), popUp.shop());
        return payers;
    }

    private Payer store(String name, String billingMode, int credits) throws IOException, UserError {
        Map<String, String> store = Map.of("shop_domain", name + ".drill.example", "billing_mode", billingMode);
        String id = post(STORES, run.adminToken(), store).path("store_id").asText();
        return fund(name, id, credits);
    }

    /** Gives a store an API key, its credits and what else it needs. */
    private Payer fund(String name, String id, int credits) throws IOException, UserError {
        String key = post(
                        STORES + "/" + id + "/api-keys",
                        run.adminToken(),
                        Map.of("allowed_domains", List.of(), "scopes", SCOPES))
                .path("api_key")
                .asText();
        if (credits > 0) {
            api.postIdempotent(
                            STORES + "/" + id + "/credits",
                            run.adminToken(),
                            "first-" + name,
                            Map.of("amount", credits, "type", "purchase"))
                    .require("Giving the store " + name + " its credits");
        }
        UUID storeId = UUID.fromString(id);
        String secret = post("/api/v1/webhook-endpoints", key, Map.of("url", receiver.url(storeId)))
                .path("secret")
                .asText();
        receiver.addSecret(storeId, secret);
        return new Payer(storeId, key, Optional.empty(), uploadImages(key), credits);
    }

    /** A store and its shop at Shopify. */
    private record Connected(Payer store, Shop shop) {}

    /** @param variantId of the product that the gateway made */
    private record Selling(Connected connected, String variantId) {}

    private Connected connected(String name) throws IOException, UserError {
        Shop shop = shops.install(name, run.gatewayUrl());
        String id = post("/api/shopify/store", shops.sessionToken(shop), Map.of())
                .path("id")
                .asText();
        return new Connected(fund(name, id, 3 * Payer.PLENTY), shop);
    }

    private Selling sells(Connected connected) throws IOException, UserError {
        String variantId = api.patch(
                        "/api/v1/stores/config",
                        connected.store().apiKey(),
                        Map.of("billing_mode", "resell_mode", "retail_credit_price", 4.99))
                .require("Making the product of a shop")
                .path("shopify_variant_id")
                .asText();
        return new Selling(connected, variantId);
    }

    /** Shoppers who try on while they buy, and while what they bought is given back. Now and then they have no credits. */
    private List<Payer> customers(Selling selling, String... emails) {
        Connected connected = selling.connected();
        return Stream.of(emails)
                .map(email -> {
                    shops.sell(
                            connected.store().storeId(),
                            connected.shop(),
                            selling.variantId(),
                            connected.shop().customer(email, true));
                    return new Payer(
                            connected.store().storeId(),
                            connected.store().apiKey(),
                            Optional.of(email),
                            connected.store().imageUrls(),
                            FEW);
                })
                .toList();
    }

    private Payer shopper(Payer store, String email, int credits) throws SQLException, UserError {
        if (credits > 0) {
            buy(store.storeId(), email, credits);
        }
        return new Payer(store.storeId(), store.apiKey(), Optional.of(email), store.imageUrls(), credits);
    }

    private void buy(UUID storeId, String email, int credits) throws SQLException, UserError {
        String order = "order-" + UUID.randomUUID();
        try (PreparedStatement purchase = database.prepareStatement(PURCHASE)) {
            purchase.setObject(1, storeId);
            purchase.setString(2, email);
            purchase.setString(3, order);
            purchase.setInt(4, credits);
            purchase.setString(5, order);
            try (var rows = purchase.executeQuery()) {
                if (!rows.next() || !rows.getString(1).equals("processed")) {
                    throw new UserError("The drill could not buy credits for its shoppers.");
                }
            }
        }
    }

    private List<String> uploadImages(String key) throws IOException, UserError {
        List<Map<String, Object>> files = images.pngs().stream()
                .map(png -> Map.<String, Object>of(
                        "file_name", "photo.png", "content_type", "image/png", "size", png.length))
                .toList();
        JsonNode uploads =
                post("/api/v1/storage/uploads", key, Map.of("files", files)).path("uploads");
        List<String> imageUrls = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            put(uploads.path(i), images.pngs().get(i));
            imageUrls.add(uploads.path(i).path("image_url").asText());
        }
        return imageUrls;
    }

    private void put(JsonNode upload, byte[] png) throws IOException, UserError {
        HttpResponse<byte[]> response = api.upload(upload, png);
        if (response.statusCode() >= 300) {
            PublicApi.answer(response).require("Uploading an image");
        }
    }

    private JsonNode post(String path, String token, Map<String, ?> body) throws IOException, UserError {
        return api.post(path, token, body).require("Setting up the drill's stores (" + path + ")");
    }
}
