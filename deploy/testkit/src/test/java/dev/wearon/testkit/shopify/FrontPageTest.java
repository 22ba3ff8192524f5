package dev.wearon.testkit.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FrontPageTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final HttpClient browser = HttpClient.newHttpClient();
    private Receiver app;
    private FakeShopify shopify;
    private Shop shop;

    @BeforeEach
    void open() throws Exception {
        app = new Receiver();
        shopify = new FakeShopify("app", "hush", InstantSource.system());
        shop = shopify.install("a.myshopify.com", "EUR");
        shop.describe("Wool & <more>", "Shoppers pay");
        shop.subscribe(URI.create(app.url()));
        shopify.deliver(shop);
    }

    @AfterEach
    void close() {
        shopify.close();
        app.close();
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return browser.send(
                HttpRequest.newBuilder(URI.create(shopify.url() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String page() throws Exception {
        return send("GET", "/", "").body();
    }

    @Test
    void listsTheShops() throws Exception {
        assertThat(page()).contains("href=\"/a.myshopify.com/\"", "Wool &amp; &lt;more&gt;", "Shoppers pay");
        assertThat(send("GET", "/unknown", "").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/", "").statusCode()).isEqualTo(404);
    }

    @Test
    void holdsWebhooksBackUntilTheyAreSentNow() throws Exception {
        assertThat(send("POST", "/deliveries", "delay=600&double=on&lose=0").statusCode())
                .isEqualTo(303);
        assertThat(page()).contains("value=\"600\" selected", "name=\"double\" checked");
        shop.order().pay();
        int waiting = shopify.courier().underWay();
        assertThat(waiting).isPositive().isEven();
        assertThat(page()).contains(waiting + " under way");
        assertThat(app.topics()).isEmpty();
        send("POST", "/deliveries/now", "");
        Await.until(LIMIT, () -> shopify.courier().underWay(), left -> left == 0);
        assertThat(app.topics()).hasSize(waiting).contains("orders/create", "orders/paid");
        assertThat(page()).contains("orders/paid", "200");
    }

    @Test
    void losesAsManyAsItIsTold() throws Exception {
        send("POST", "/deliveries", "delay=0&lose=1");
        shop.order();
        Await.until(LIMIT, () -> shopify.courier().underWay(), left -> left == 0);
        assertThat(page()).contains("lost on purpose");
        assertThat(shopify.courier().toLose()).isZero();
    }

    @Test
    void refusesWhatItDoesNotOffer() throws Exception {
        for (String form : new String[] {"delay=5&lose=0", "delay=0&lose=x", "delay=0&lose=101", "delay=0&lose=-1"}) {
            assertThat(send("POST", "/deliveries", form).statusCode()).as(form).isEqualTo(400);
        }
        assertThat(shopify.courier().way()).isEqualTo(Courier.Way.STRAIGHT);
    }
}
