package dev.wearon.gateway.orders;

import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.wearon.gateway.incoming.IncomingWebhook;
import dev.wearon.gateway.purchases.PurchaseFacts;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.shopify.Cart.Item;
import dev.wearon.testkit.shopify.Deliveries.Webhook;
import dev.wearon.testkit.shopify.Shop;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.UUID;

/** A store whose shop at the stand-in sells credits. Its ledger is a {@link LedgerModel} behind the fake of credits-service. */
record CreditsSeller(Merchant merchant, Shop shop, Item credit, LedgerModel ledger) {

    private static final ObjectMapper JSON =
            new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    static CreditsSeller open() {
        return of(Merchant.atShopify());
    }

    static CreditsSeller of(Merchant merchant) {
        Shop shop = FakeServices.shopify().find(merchant.shopDomain()).orElseThrow();
        Item credit = shop.product("Credit", new BigDecimal("4.99"));
        sql(
                "UPDATE gateway.stores SET billing_mode = 'resell_mode', retail_credit_price = 4.99, shopify_product_id = ?,"
                        + " shopify_variant_id = ? WHERE id = ?::uuid",
                credit.productId().toString(),
                credit.variantId().toString(),
                merchant.storeId().toString());
        CreditsSeller seller = new CreditsSeller(merchant, shop, credit, new LedgerModel());
        FakeServices.credits().behaves(seller::answer);
        return seller;
    }

    private void answer(HttpServerRequest request, Buffer body) {
        if (!request.uri().contains(merchant.storeId().toString())) {
            request.response().setStatusCode(404).end("{}");
            return;
        }
        LedgerModel.Purchase purchase;
        try {
            purchase = ledger.record(JSON.readValue(body.getBytes(), PurchaseFacts.class));
        } catch (IllegalStateException reused) {
            request.response()
                    .setStatusCode(422)
                    .putHeader("Content-Type", "application/json")
                    .end(
                            "{\"data\": null, \"error\": {\"code\": \"IDEMPOTENCY_KEY_REUSED\", \"message\": \"Reused.\"}}");
            return;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        request.response()
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject()
                        .put("outcome", "duplicate")
                        .put("purchase_id", new UUID(0, 1).toString())
                        .put("status", purchase.status())
                        .put("credits", purchase.credits)
                        .put("granted", purchase.granted())
                        .put("returned", purchase.returned)
                        .put("clawed_back", purchase.clawedBack)
                        .put("shortfall", purchase.shortfall())
                        .encode());
    }

    IncomingWebhook incoming(Webhook webhook) {
        try {
            return new IncomingWebhook(
                    merchant.storeId(),
                    webhook.shop(),
                    webhook.topic(),
                    webhook.id().toString(),
                    webhook.triggeredAt(),
                    JSON.readTree(webhook.body()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** A column of the only row of an order, as text. */
    String column(long orderId, String expression) {
        return ask(
                "SELECT (" + expression + ")::text FROM gateway.orders WHERE store_id = ?::uuid AND order_id = ?",
                merchant.storeId().toString(),
                Long.toString(orderId));
    }

    int rows() {
        return Integer.parseInt(ask(
                "SELECT count(*) FROM gateway.orders WHERE store_id = ?::uuid",
                merchant.storeId().toString()));
    }
}
