package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.processes.Ports;
import dev.wearon.testkit.Await;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./wearon demo --shop}, and what a browser does then. */
@Tag("thorough")
class DemoShopIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** With those of Prometheus and of the shop. */
    private static final int PORTS = 12;

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    /** A browser without scripts, which keeps cookies and follows redirects. */
    private static final class Visitor implements AutoCloseable {

        private final HttpClient client = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        private URI at;

        String open(URI url) throws Exception {
            return send(HttpRequest.newBuilder(url));
        }

        String open(String page, String link) throws Exception {
            return open(page, link, "");
        }

        /** Follows the link of a page that has this text. */
        String open(String page, String link, String text) throws Exception {
            Matcher found =
                    Pattern.compile("href=\"(" + link + ")\"[^>]*>" + text).matcher(page);
            assertThat(found.find()).as(link + " in " + page).isTrue();
            return open(at.resolve(found.group(1).replace("&amp;", "&")));
        }

        String post(URI url, String form) throws Exception {
            return send(HttpRequest.newBuilder(url)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form)));
        }

        private String send(HttpRequest.Builder request) throws Exception {
            HttpResponse<String> page = client.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
            assertThat(page.statusCode()).as(page.uri() + ": " + page.body()).isEqualTo(200);
            at = page.uri();
            return page.body();
        }

        @Override
        public void close() {
            client.shutdownNow();
        }
    }

    /** The page of a product. */
    private record ProductPage(Visitor visitor, URI url, String html) {

        /** @param customer who logs in; null: nobody */
        static ProductPage of(URI demo, String shop, String customer) throws Exception {
            Visitor visitor = new Visitor();
            String products = visitor.open(visitor.open(demo), "/" + shop + "/");
            String product = visitor.open(products, "/" + shop + "/products/[a-z-]+");
            URI url = visitor.at;
            if (customer == null) {
                return new ProductPage(visitor, url, product);
            }
            String login = visitor.open(product, "/" + shop + "/account/login[^\"]*");
            String back = visitor.open(login, "/" + shop + "/account/login[^\"]*", "Log in as " + customer);
            assertThat(visitor.at).isEqualTo(url);
            return new ProductPage(visitor, url, back);
        }

        String attribute(String name) {
            Matcher element = Pattern.compile("<wearon-try-on [^>]*" + name + "=\"([^\"]+)\"")
                    .matcher(html);
            assertThat(element.find()).as(html).isTrue();
            return element.group(1);
        }

        String origin() {
            return url.getScheme() + "://" + url.getAuthority();
        }

        /** What the try-on reads before it begins. */
        JsonNode shopper() throws Exception {
            return JSON.readTree(visitor.open(url.resolve(attribute("proxy") + "/shopper")))
                    .get("data");
        }

        int balance() throws Exception {
            return shopper().get("balance").intValue();
        }

        ShopperPage withToken() throws Exception {
            JsonNode shopper = shopper();
            URI mint = url.resolve("%s/shopper?age_verified=true&disclosure=%s&origin=%s"
                    .formatted(
                            attribute("proxy"),
                            shopper.get("disclosure_version").textValue(),
                            origin()));
            JsonNode minted = JSON.readTree(visitor.post(mint, "")).get("data");
            return new ShopperPage(
                    URI.create(minted.get("gateway_url").textValue()),
                    origin(),
                    minted.get("token").textValue());
        }

        void buyACredit() throws Exception {
            String checkout = visitor.open(URI.create(shopper().get("cart_link").textValue()));
            assertThat(checkout).contains("Try-On Credit", "4.99 EUR");
            assertThat(visitor.post(visitor.at, "pay=now")).contains("Thank you");
        }
    }

    @Test
    void showsATryOnAndATopUpAndDoesSoAgainAfterARestart() throws Exception {
        Suite suite = new Suite(folder.resolve("data"), Ports.freeRange(PORTS), Map.of());
        try {
            JsonNode demo = suite.json("demo", "--shop");
            assertThat(demo.path("demo_url").asText()).as(demo.toString()).isEqualTo(suite.gateway() + "/demo");
            URI begin = URI.create(demo.path("demo_url").textValue());
            assertThat(demo.findValuesAsText("email")).contains("ann@example.com", "bob@example.com");

            ProductPage nobody = ProductPage.of(begin, "shop-pays.myshopify.com", null);
            assertThat(nobody.shopper().get("balance").isNull()).isTrue();
            assertThat(nobody.withToken().token()).isNotEmpty();

            ProductPage ann = ProductPage.of(begin, "shoppers-pay.myshopify.com", "ann@example.com");
            assertThat(ann.origin() + "/").isEqualTo(demo.path("shop_url").textValue());
            assertThat(ann.balance()).isEqualTo(3);
            tryOn(ann);
            assertThat(ann.balance()).isEqualTo(2);

            ProductPage bob = ProductPage.of(begin, "shoppers-pay.myshopify.com", "bob@example.com");
            assertThat(bob.balance()).isZero();
            bob.buyACredit();
            Await.until(TIMEOUT, bob::balance, balance -> balance == 1);

            assertThat(URI.create(suite.json("demo", "--shop").path("demo_url").textValue()))
                    .isEqualTo(begin);
            assertThat(ann.balance()).isEqualTo(2);

            assertThat(suite.wearon("down").exitCode()).isZero();
            assertThat(Ports.isFree(suite.portBase() + PORTS - 1)).isTrue();
            Suite.Ran again = suite.wearon("demo", "--shop");
            assertThat(again.exitCode()).as(again.output()).isZero();
            assertThat(again.output())
                    .contains(begin.toString(), "ann@example.com (2 credits)", "bob@example.com (1 credit)");
            // The stand-in has forgotten the orders, and gives other ids to the new ones.
            bob.buyACredit();
            Await.until(TIMEOUT, bob::balance, balance -> balance == 2);
        } finally {
            suite.wearon("down");
        }
        String key = JSON.readTree(suite.data().resolve("demo-shop.json").toFile())
                .findValue("api_key")
                .textValue();
        assertThat(Secrets.inLogsBelow(suite.data(), key)).isEmpty();
    }

    /** As the element does it: the garment is imported, the photo is uploaded. */
    private static void tryOn(ProductPage page) throws Exception {
        ShopperPage shopper = page.withToken();
        String garment = shopper.call()
                .body(Map.of(
                        "url",
                        page.url().resolve(page.attribute("product-image")).toString()))
                .post("/api/v1/storage/imports")
                .then()
                .statusCode(201)
                .extract()
                .path("data.image_url");
        String person = shopper.imageUrl(Suite.ROOT.resolve("deploy/local/samples/person.png"));
        shopper.completed(shopper.created("the-demo", person, garment));
    }
}
