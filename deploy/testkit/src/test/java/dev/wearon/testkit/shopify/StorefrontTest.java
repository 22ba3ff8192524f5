package dev.wearon.testkit.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.shopify.Cart.Item;
import dev.wearon.testkit.shopify.Order.FinancialStatus;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StorefrontTest {

    private static final String SHOP = "a.myshopify.com";
    private static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");

    private final HttpClient browser = HttpClient.newHttpClient();
    private Receiver app;
    private FakeShopify shopify;
    private Shop shop;
    private Item tie;

    @BeforeEach
    void open() throws Exception {
        app = new Receiver();
        shopify = new FakeShopify("app", "hush", () -> NOW);
        shop = shopify.install(SHOP, "EUR");
        shop.proxy("/apps/wearon", URI.create(app.url() + "/proxy"));
        tie = shop.product("Tie & <more>", new BigDecimal("9.00"));
    }

    @AfterEach
    void close() {
        shopify.close();
        app.close();
    }

    private HttpResponse<String> call(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        path.startsWith("/" + SHOP) ? shopify.url() + path : shopify.url() + "/" + SHOP + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return browser.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        return call("GET", path, "", headers);
    }

    private String checkout(String query) throws Exception {
        HttpResponse<String> cart = get("/cart/" + tie.variantId() + ":2" + query);
        assertThat(cart.statusCode()).isEqualTo(303);
        return cart.headers().firstValue("Location").orElseThrow();
    }

    private Order onlyOrder() {
        assertThat(shop.orders()).hasSize(1);
        return shop.orders().iterator().next();
    }

    @Test
    void leadsFromTheCartLinkToAPaidOrder() throws Exception {
        String checkout = checkout("?attributes[wearon_token]=signed%20%26%20sealed&checkout[email]=a%40example.com");
        HttpResponse<String> page = get(checkout);
        assertThat(page.body()).contains("Tie &amp; &lt;more&gt;", "18.00 EUR", "value=\"a@example.com\"");
        assertThat(shop.orders()).isEmpty();
        HttpResponse<String> placed = call("POST", checkout, "email=a%40example.com&pay=now");
        assertThat(placed.statusCode()).isEqualTo(303);
        Order order = onlyOrder();
        assertThat(order.financialStatus()).isEqualTo(FinancialStatus.PAID);
        assertThat(order.line().quantity()).isEqualTo(2);
        assertThat(new String(order.webhook("orders/create").body()))
                .contains("\"value\":\"signed & sealed\"", "\"email\":\"a@example.com\"");
        assertThat(get(placed.headers().firstValue("Location").orElseThrow()).body())
                .contains(order.name(), "paid");
    }

    @Test
    void ordersOnceWhenTheButtonIsPressedTwice() throws Exception {
        String checkout = checkout("");
        call("POST", checkout, "pay=later");
        assertThat(call("POST", checkout, "pay=later").statusCode()).isEqualTo(404);
        assertThat(onlyOrder().financialStatus()).isEqualTo(FinancialStatus.PENDING);
        assertThat(onlyOrder().customer()).isNull();
    }

    @Test
    void sellsNeitherHiddenNorUnknownProducts() throws Exception {
        shop.delete("gid://shopify/Product/" + tie.productId());
        for (String variant : List.of(tie.variantId().toString(), "1")) {
            assertThat(get("/cart/" + variant + ":1").statusCode()).isEqualTo(422);
        }
        assertThat(get("/cart/one:1").statusCode()).isEqualTo(404);
        assertThat(get("/checkouts/00000000-0000-0000-0000-000000000000").statusCode())
                .isEqualTo(404);
    }

    @Test
    void anAddressIsEnoughToOrderAsACustomer() throws Exception {
        Customer known = shop.customer("a@example.com", true);
        call("POST", checkout(""), "email=A%40Example.com&pay=now");
        assertThat(onlyOrder().customer()).isEqualTo(known);
        call("POST", checkout(""), "email=b%40example.com&pay=now");
        assertThat(shop.customers()).hasSize(2).anyMatch(one -> !one.verifiedEmail());
    }

    @Test
    void remembersWhoIsSignedIn() throws Exception {
        Customer customer = shop.customer(7_001, "a@example.com", true);
        assertThat(get("/").body()).contains("Log in", "Tie &amp;").doesNotContain("a@example.com");
        assertThat(get("/account/login").body()).contains("Log in as a@example.com");
        String cookie = get("/account/login?customer=7001")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        String mine = cookie.substring(0, cookie.indexOf(';'));
        assertThat(get("/", "Cookie", mine).body()).contains("a@example.com", "Log out");
        call("POST", checkout(""), "email=other%40example.com&pay=now", "Cookie", mine);
        assertThat(onlyOrder().customer()).isEqualTo(customer);
    }

    @Test
    void signsCallsOfTheAppWithTheCustomer() throws Exception {
        shop.customer(7_001, "a@example.com", true);
        HttpResponse<String> answer = call(
                "POST",
                "/apps/wearon/tokens/new?extra=1&extra=2&name=J%C3%BCrgen+M",
                "{\"a\":1}",
                "Cookie",
                "shopper=7001; other=secret",
                "Content-Type",
                "application/json");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"from\":\"the app\"}");
        Receiver.Got got = app.requests().getFirst();
        assertThat(got.method()).isEqualTo("POST");
        assertThat(got.path()).isEqualTo("/proxy/tokens/new");
        assertThat(got.body()).isEqualTo("{\"a\":1}");
        assertThat(got.headers().getFirst("Content-Type")).isEqualTo("application/json");
        assertThat(got.headers().containsKey("Cookie")).isFalse();
        Map<String, List<String>> query =
                new LinkedHashMap<>(Query.parse(got.query()).values());
        assertThat(query.remove("signature"))
                .containsExactly(Signatures.proxy(
                        "hush",
                        Map.of(
                                "extra", List.of("1", "2"),
                                "name", List.of("Jürgen M"),
                                "logged_in_customer_id", List.of("7001"),
                                "path_prefix", List.of("/apps/wearon"),
                                "shop", List.of(SHOP),
                                "timestamp", List.of(Long.toString(NOW.getEpochSecond())))));
        assertThat(query).hasSize(6);
    }

    @Test
    void aShopperCannotSayWhoSheIs() throws Exception {
        get("/apps/wearon?logged_in_customer_id=7001&shop=b.myshopify.com&signature=x", "Cookie", "shopper=7001");
        Query query = Query.parse(app.requests().getFirst().query());
        assertThat(query.values()).containsEntry("logged_in_customer_id", List.of(""));
        assertThat(query.values()).containsEntry("shop", List.of(SHOP));
        assertThat(query.values().get("signature")).hasSize(1).doesNotContain("x");
    }

    @Test
    void stripsCookiesFollowsRedirectsAndPassesStatuses() throws Exception {
        app.answerHeader("Set-Cookie", "a=b");
        app.answerHeader("Cache-Control", "no-store");
        app.answerHeader("Location", app.url() + "/elsewhere");
        app.answer(302, 418);
        HttpResponse<String> answer = get("/apps/wearon/x");
        assertThat(answer.statusCode()).isEqualTo(418);
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(app.requests()).extracting(Receiver.Got::path).containsExactly("/proxy/x", "/elsewhere");
    }

    @Test
    void answersAPageWhenTheAppDoesNot() throws Exception {
        app.close();
        HttpResponse<String> answer = get("/apps/wearon/x");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(call("POST", "/apps/wearon/x", "x".repeat((1 << 20) + 1)).statusCode())
                .isEqualTo(413);
    }

    @Test
    void theMerchantMayMoveTheProxy() throws Exception {
        shop.proxy("/tools/mirror", URI.create(app.url() + "/proxy"));
        assertThat(get("/apps/wearon/x").statusCode()).isEqualTo(404);
        get("/tools/mirror/x");
        assertThat(app.requests().getFirst().query()).contains("path_prefix=%2Ftools%2Fmirror");
    }

    @Test
    void comesBackToThePageWhereTheShopperLogsIn() throws Exception {
        shop.customer(7_001, "a@example.com", true);
        String page = "/" + SHOP + "/products/tie-more-";
        String link = "/account/login?customer=7001&return_to=";
        assertThat(location(get(link + page))).isEqualTo(page);
        for (String elsewhere : List.of("https://evil.example/", "//evil.example/" + SHOP + "/", "/b.myshopify.com/")) {
            assertThat(location(get(link + elsewhere))).isEqualTo("/" + SHOP + "/");
        }
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElseThrow();
    }

    @Test
    void showsTheTryOnOnTheProductPage() throws Exception {
        Item sweater = shop.product("Sweater <navy>", new BigDecimal("39.00"), Picture.sample("sweater-navy"));
        assertThat(get("/").body()).contains("/" + SHOP + "/products/sweater-navy-", "39.00 EUR");
        HttpResponse<String> page = get("/products/sweater-navy-");
        assertThat(page.body())
                .contains(
                        "<wearon-try-on proxy=\"/" + SHOP + "/apps/wearon\"",
                        "product-image=\"/" + SHOP + "/files/" + sweater.variantId() + "\"",
                        "product-title=\"Sweater &lt;navy&gt;\"",
                        "currency=\"EUR\"",
                        "login-url=\"/" + SHOP + "/account/login?return_to=")
                .doesNotContain("design-mode");
        assertThat(get("/products/sweater-navy-?preview").body()).contains("design-mode");
        HttpResponse<String> picture = get("/files/" + sweater.variantId());
        assertThat(picture.headers().firstValue("Content-Type")).contains("image/png");
        // The tie has no picture to try on.
        assertThat(get("/products/tie-more-").body()).contains("Tie &amp;").doesNotContain("wearon-try-on");
        assertThat(get("/products/unknown").statusCode()).isEqualTo(404);
        assertThat(get("/files/1").statusCode()).isEqualTo(404);
    }

    @Test
    void allowsOnlyItsOwnFilesAndTheOriginOfTheApp() throws Exception {
        String policy = get("/").headers().firstValue("Content-Security-Policy").orElseThrow();
        assertThat(policy)
                .contains("script-src 'self';", "style-src 'self';", "connect-src 'self' " + app.url() + ";")
                .doesNotContain("unsafe");
        assertThat(get("/").body()).doesNotContain("<style", "style=", "onclick");
        for (String file : List.of("shop.css", "wearon-try-on.js", "wearon-client.js")) {
            HttpResponse<String> answer = browser.send(
                    HttpRequest.newBuilder(URI.create(shopify.url() + "/assets/" + file))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith(file.endsWith("css") ? "text/css" : "text/javascript");
        }
    }

    @Test
    void keepsTheCartUntilTheOrder() throws Exception {
        String added = cookie(call("POST", "/cart/add", "id=" + tie.variantId()));
        String twice = cookie(call("POST", "/cart/add", "id=" + tie.variantId(), "Cookie", added));
        assertThat(get("/cart", "Cookie", twice).body())
                .contains("18.00 EUR", "/" + SHOP + "/cart/%1$s:1,%1$s:1".formatted(tie.variantId()));
        assertThat(cookie(call("POST", "/cart/clear", "", "Cookie", twice))).isEqualTo("cart=");
        assertThat(get("/cart").body()).contains("It is empty");
        assertThat(call("POST", "/cart/add", "id=1").statusCode()).isEqualTo(422);
        assertThat(call("POST", "/cart/add", "id=x").statusCode()).isEqualTo(422);
        assertThat(cookie(call("POST", checkout(""), "pay=now"))).isEqualTo("cart=");
    }

    private static String cookie(HttpResponse<String> answer) {
        String all = answer.headers().firstValue("Set-Cookie").orElseThrow();
        return all.substring(0, all.indexOf(';'));
    }
}
