package dev.wearon.gateway.demo;

import static io.restassured.RestAssured.given;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The application of the tests has no demo pages, so these have a server of their own. */
class DemoPagesTest {

    private static final String LOCAL = "http://127.0.0.1:8080";
    private static final String SHOP = "http://localhost:8091/";

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, SECONDS)
                .join();
    }

    private record Config(boolean pages, Optional<String> shopUrl) implements DemoConfig {}

    private static DemoPages pages(String shopUrl, String publicUrl, String listenAddress) {
        return new DemoPages(new Config(true, Optional.ofNullable(shopUrl)), URI.create(publicUrl), listenAddress);
    }

    private String serve(DemoPages pages) {
        Router router = Router.router(vertx);
        pages.serve(router);
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, SECONDS)
                .join();
        return "http://127.0.0.1:" + server.actualPort() + "/demo";
    }

    @Test
    void areOffByDefault() {
        DemoPages off = new DemoPages(new Config(false, Optional.of(SHOP)), URI.create(LOCAL), "127.0.0.1");
        given().get(serve(off)).then().statusCode(404);
    }

    @Test
    void leadToTheShop() {
        given().redirects()
                .follow(false)
                .get(serve(pages(SHOP, LOCAL, "127.0.0.1")))
                .then()
                .statusCode(302)
                .header("Location", SHOP);
    }

    @Test
    void sayHowToStartTheShop() {
        given().get(serve(pages(null, LOCAL, "127.0.0.1")))
                .then()
                .statusCode(200)
                .contentType("text/html")
                .header("Content-Security-Policy", containsString("default-src 'none'"))
                .body(containsString("./wearon demo --shop"));
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, http://127.0.0.1:8080, http://localhost:8091/, WEARON_HTTP_HOST",
        "::, http://127.0.0.1:8080, http://localhost:8091/, WEARON_HTTP_HOST",
        "shop.example, http://127.0.0.1:8080, http://localhost:8091/, WEARON_HTTP_HOST",
        "127.0.0.1, https://gateway.example.com, http://localhost:8091/, WEARON_PUBLIC_URL",
        "127.0.0.1, http://192.168.1.5:8080, http://localhost:8091/, WEARON_PUBLIC_URL",
        "127.0.0.1, http://localhost.example.com, http://localhost:8091/, WEARON_PUBLIC_URL",
        "127.0.0.1, http://127.0.0.1:8080, http://shop.example.com/, WEARON_DEMO_SHOP_URL",
    })
    void refuseToStartWhereOthersCouldReachThem(String listen, String publicUrl, String shop, String named) {
        assertThatThrownBy(() -> pages(shop, publicUrl, listen))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(named)
                .hasMessageContaining("remove WEARON_DEMO_PAGES");
        // Without the pages all of this is allowed.
        assertThatCode(() -> new DemoPages(new Config(false, Optional.of(shop)), URI.create(publicUrl), listen))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1", "[::1]"})
    void knowLoopbackAddresses(String host) {
        assertThat(DemoPages.isLoopback(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0.0.0.0", "::", "127.0.0.1.example.com", "127.1", "10.0.0.1", "[fe80::1]", "::ffff:10.0.0.1"
            })
    void takeNothingElseForLoopback(String host) {
        assertThat(DemoPages.isLoopback(host)).isFalse();
    }
}
