package dev.wearon.gateway.merchant;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.gateway.shopify.CreditProducts;
import dev.wearon.gateway.stores.CreditProduct;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.shopify.Shop;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that switches to resell mode sells credits in its shop. */
@QuarkusTest
class CreditProductTest {

    @Inject
    CreditProducts products;

    private Merchant merchant;
    private Shop shop;

    @BeforeEach
    void connect() {
        merchant = Merchant.atShopify();
        shop = FakeServices.shopify().install(merchant.shopDomain(), "EUR");
        merchant.connect();
    }

    private Response resell(String price) {
        return merchant.calls()
                .contentType(ContentType.JSON)
                .body("{\"billing_mode\":\"resell_mode\",\"retail_credit_price\":" + price + "}")
                .patch("/api/v1/stores/config");
    }

    private String stored(String column) {
        return ask(
                "SELECT " + column + "::text FROM gateway.stores WHERE id = ?::uuid",
                merchant.storeId().toString());
    }

    private void isUnchanged() {
        assertThat(
                        stored(
                                "billing_mode || COALESCE(shopify_product_id, '-') || COALESCE(retail_credit_price::text, '-')"))
                .isEqualTo("absorb_mode--");
    }

    @Test
    void canBeBought() {
        String variant = resell("4.99")
                .then()
                .spec(success(200))
                .body("data.retail_credit_price", equalTo(4.99f))
                .extract()
                .path("data.shopify_variant_id");
        assertThat(variant).matches("[0-9]+").isEqualTo(stored("shopify_variant_id"));
        assertThat(shop.sells(variant)).isTrue();
    }

    @Test
    void staysTheSameWithAnotherPrice() {
        String variant = resell("4.99").then().extract().path("data.shopify_variant_id");
        String product = stored("shopify_product_id");
        resell("5.5").then().spec(success(200)).body("data.shopify_variant_id", equalTo(variant));
        assertThat(stored("shopify_product_id")).isEqualTo(product);
        assertThat(shop.sells(variant)).isTrue();
        assertThat(shop.products()).hasSize(1);
        assertThat(shop.item(variant).orElseThrow().price()).isEqualByComparingTo("5.5");
    }

    @Test
    void isMadeAgainAfterTheMerchantDeletedIt() {
        String variant = resell("4.99").then().extract().path("data.shopify_variant_id");
        shop.delete("gid://shopify/Product/" + stored("shopify_product_id"));
        assertThat(shop.sells(variant)).isFalse();
        String again = resell("4.99").then().spec(success(200)).extract().path("data.shopify_variant_id");
        assertThat(again).isNotEqualTo(variant);
        assertThat(shop.sells(again)).isTrue();
    }

    @Test
    void isMadeOnceByParallelCalls() throws Exception {
        Callable<String> call =
                () -> resell("4.99").then().spec(success(200)).extract().path("data.shopify_variant_id");
        try (var clients = Executors.newFixedThreadPool(4)) {
            var variants = clients.invokeAll(Collections.nCopies(4, call)).stream()
                    .map(result -> result.resultNow())
                    .distinct()
                    .toList();
            assertThat(variants).containsExactly(stored("shopify_variant_id"));
            assertThat(shop.sells(variants.getFirst())).isTrue();
        }
    }

    @Test
    void isNeededBeforeAnythingIsSaved() {
        FakeServices.shopify().failNext(merchant.shopDomain(), 500);
        resell("4.99")
                .then()
                .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                .header("Retry-After", notNullValue())
                .body("error.message", containsString("Nothing was changed"));
        isUnchanged();
        FakeServices.shopify().failNext(merchant.shopDomain(), 403);
        resell("4.99")
                .then()
                .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                .body("error.message", containsString("Grant the scopes"));
        FakeServices.shopify().leavePoints(merchant.shopDomain(), -10_000);
        resell("4.99").then().spec(refusal(503, "SERVICE_UNAVAILABLE")).header("Retry-After", notNullValue());
        isUnchanged();
        FakeServices.shopify().leavePoints(merchant.shopDomain(), 2_000);
        resell("4.99").then().spec(success(200));
    }

    @Test
    void isFoundByItsHandleAfterACrashBeforeTheSaving() {
        var made = new CompletableFuture<CreditProduct>();
        // The process dies here: it never saves, and its lease stays.
        products.offer(merchant.storeId(), new BigDecimal("4.99"), product -> {
                    made.complete(product);
                    return Uni.createFrom().nothing();
                })
                .subscribe()
                .with(nothing -> {}, late -> {});
        assertThat(made).succeedsWithin(Duration.ofSeconds(30));
        isUnchanged();
        sql(
                "UPDATE gateway.shopify_leases SET leased_until = now() - interval '1 second' WHERE store_id = ?::uuid",
                merchant.storeId().toString());
        String variant = resell("5.5").then().spec(success(200)).extract().path("data.shopify_variant_id");
        assertThat(stored("shopify_product_id")).isEqualTo(made.join().productId());
        assertThat(shop.products()).hasSize(1);
        assertThat(shop.sells(variant)).isTrue();
        assertThat(shop.item(variant).orElseThrow().price()).isEqualByComparingTo("5.5");
    }

    @Test
    void needsAnOnlineStore() {
        shop.removeOnlineStore();
        resell("4.99")
                .then()
                .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                .body("error.message", containsString("no sales channel Online Store; add it in the Shopify admin"));
        isUnchanged();
        assertThat(shop.products()).isEmpty();
    }

    @Test
    void isNotSavedIfShopifyRefusesIt() {
        shop.faults().refuse("productSet", "INVALID_VARIANT", "Not for Ann Example", "input", "variants");
        refused("INVALID_VARIANT");
        shop.faults().refuse("publishablePublish", null, "Not for Ann Example", "input", "0", "publicationId");
        refused("input.0.publicationId");
        resell("4.99").then().spec(success(200));
        assertThat(shop.products()).hasSize(1);
    }

    private void refused(String what) {
        resell("4.99")
                .then()
                .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                .header("Retry-After", nullValue())
                .body(
                        "error.message",
                        allOf(
                                containsString(what),
                                containsString("docs/shopify.md"),
                                containsString("Nothing was changed"),
                                not(containsString("Ann"))));
        isUnchanged();
    }

    @Test
    void needsAConnectionThatShopifyAccepts() {
        FakeServices.shopify().uninstall(merchant.shopDomain());
        resell("4.99")
                .then()
                .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                .body("error.message", containsString("Open the app"));
        isUnchanged();
    }
}
