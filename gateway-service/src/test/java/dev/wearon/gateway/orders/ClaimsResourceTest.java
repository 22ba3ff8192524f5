package dev.wearon.gateway.orders;

import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.gateway.incoming.Handled;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.shopify.Cart;
import dev.wearon.testkit.shopify.Order;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ClaimsResourceTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String CLAIMS = "/api/v1/purchases/claims";
    private static final String UNKNOWN = "00000000000000000000000000000000";

    @Inject
    OrderWebhooks webhooks;

    @Inject
    DueOrders due;

    private CreditsSeller seller;

    @BeforeEach
    void open() {
        seller = CreditsSeller.open();
    }

    private Order paid(Cart cart) {
        Order order = seller.shop().order(cart);
        order.pay().forEach(webhook -> assertThat(
                        webhooks.handle(seller.incoming(webhook)).await().atMost(LIMIT))
                .isNotInstanceOf(Handled.Later.class));
        return order;
    }

    private Order unclaimed() {
        return paid(new Cart().add(seller.credit(), 3));
    }

    private static Response claim(Merchant merchant, String shopperToken, String orderToken) {
        return merchant.shops(shopperToken)
                .contentType(ContentType.JSON)
                .body(Map.of("order_token", orderToken))
                .post(CLAIMS);
    }

    private String token(String ref) {
        return seller.merchant().shopperToken(Map.of("shopper_ref", ref));
    }

    @Test
    void theShopperWithTheTokenOfTheOrderGetsItsCreditsOnce() {
        Order order = unclaimed();
        for (int i = 0; i < 2; i++) {
            claim(seller.merchant(), token("customer-1"), order.token())
                    .then()
                    .statusCode(200)
                    .body("data.status", equalTo("completed"))
                    .body("data.credits", equalTo(3))
                    .body("data.returned", equalTo(0));
        }
        assertThat(seller.ledger().balance("ref:customer-1")).isEqualTo(3);
        assertThat(seller.ledger().grants()).isEqualTo(1);
    }

    @Test
    void nobodyElseLearnsAnything() {
        Order order = unclaimed();
        Order ofAnn = paid(new Cart().add(seller.credit(), 1).email("ann@example.com"));
        Order unpaid = seller.shop().order(new Cart().add(seller.credit(), 1));
        webhooks.handle(seller.incoming(unpaid.webhook("orders/create")))
                .await()
                .atMost(LIMIT);
        claim(seller.merchant(), token("customer-1"), order.token()).then().statusCode(200);
        String unknown = claim(seller.merchant(), token("customer-2"), UNKNOWN)
                .then()
                .statusCode(404)
                .extract()
                .asString();
        for (String secret : List.of(order.token(), ofAnn.token(), unpaid.token())) {
            assertThat(claim(seller.merchant(), token("customer-2"), secret)
                            .then()
                            .statusCode(404)
                            .extract()
                            .asString())
                    .isEqualTo(unknown);
        }
        Order another = unclaimed();
        Merchant stranger = Merchant.atShopify();
        String strange = stranger.shopperToken(Map.of("shopper_ref", "customer-1"));
        assertThat(claim(stranger, strange, another.token())
                        .then()
                        .statusCode(404)
                        .extract()
                        .asString())
                .isEqualTo(unknown);
        assertThat(seller.column(another.id, "claimed_at IS NULL")).isEqualTo("true");
        assertThat(seller.ledger().balance("ref:customer-2")).isZero();
    }

    @Test
    void ofTwentyShoppersOneGetsTheOrder() {
        Order order = unclaimed();
        List<String> tokens =
                IntStream.range(0, 20).mapToObj(i -> token("customer-" + i)).toList();
        List<Integer> answers = tokens.parallelStream()
                .map(token -> claim(seller.merchant(), token, order.token()).statusCode())
                .toList();
        assertThat(answers).hasSize(20).containsOnly(200, 404).containsOnlyOnce(200);
        assertThat(seller.ledger().grants()).isEqualTo(1);
    }

    @Test
    void theClaimHoldsWhileTheLedgerIsAway() {
        Order order = unclaimed();
        FakeServices.credits().whileDown(() -> claim(seller.merchant(), token("customer-1"), order.token())
                .then()
                .statusCode(200)
                .body("data.status", equalTo("pending")));
        claim(seller.merchant(), token("customer-2"), order.token()).then().statusCode(404);
        sql(
                "UPDATE gateway.orders SET due_at = now() - interval '10 years' WHERE order_id = ?",
                Long.toString(order.id));
        due.runOnce().await().atMost(LIMIT);
        assertThat(seller.ledger().balance("ref:customer-1")).isEqualTo(3);
    }

    @Test
    void aGivenBackOrderSaysSo() {
        Order order = unclaimed();
        order.refund(order.line(), 3)
                .forEach(webhook ->
                        webhooks.handle(seller.incoming(webhook)).await().atMost(LIMIT));
        claim(seller.merchant(), token("customer-1"), order.token())
                .then()
                .statusCode(200)
                .body("data.status", equalTo("returned"));
        assertThat(seller.ledger().balance("ref:customer-1")).isZero();
    }

    @Test
    void refusesAllButShoppersWithAName() {
        Merchant merchant = Merchant.atShopify();
        String anonymous = merchant.shopperToken(Map.of());
        claim(merchant, anonymous, UNKNOWN).then().statusCode(400).body("error.code", equalTo("VALIDATION_ERROR"));
        merchant.calls()
                .contentType(ContentType.JSON)
                .body(Map.of("order_token", UNKNOWN))
                .post(CLAIMS)
                .then()
                .statusCode(400);
        for (String invalid : List.of("", "short", "with a blank in it 00000000", "x".repeat(129))) {
            claim(seller.merchant(), token("customer-1"), invalid).then().statusCode(400);
        }
    }

    @Test
    void aCartLinkNamesItsShopper() {
        String link =
                Await.until(LIMIT, () -> cartLink(Map.of("shopper_email", "Ann@example.com")), found -> found != null);
        assertThat(link)
                .startsWith(FakeServices.shopify().url() + "/" + seller.shop().domain() + "/cart/"
                        + seller.credit().variantId() + ":1?")
                .doesNotContain("ann");
        String attribute = URI.create(link).getQuery().replaceFirst("^attributes\\[wearon_shopper]=", "");
        paid(new Cart()
                .add(seller.credit(), 2)
                .email("someone.else@example.com")
                .attribute("wearon_shopper", attribute));
        assertThat(seller.ledger().balance("ann@example.com")).isEqualTo(2);
    }

    private String cartLink(Map<String, String> shopper) {
        return seller.merchant()
                .calls()
                .contentType(ContentType.JSON)
                .body(Map.of("origin", seller.merchant().page(), "shopper_email", shopper.get("shopper_email")))
                .post("/api/v1/shopper-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("data.cart_link");
    }

    @Test
    void aStoreThatPaysItselfHasNoCartLink() {
        Merchant.shared()
                .calls()
                .contentType(ContentType.JSON)
                .body(Map.of("origin", Merchant.shared().page(), "shopper_email", "ann@example.com"))
                .post("/api/v1/shopper-tokens")
                .then()
                .statusCode(201)
                .body("data.cart_link", nullValue());
    }
}
