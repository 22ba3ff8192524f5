package dev.wearon.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.TestKeys;
import dev.wearon.testkit.shopify.FakeShopify;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What all tests share: the services, the stand-in of Shopify, and the browser. Ends with the last test. */
final class World implements AutoCloseable {

    static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final String SECRET = "the-secret-of-the-app-of-these-tests";

    private static final String CLIENT_ID = "the-app-of-these-tests";
    private static final String MANY = "1000000";

    /** On a busy machine a process may not run for seconds, and no test here is about that. */
    private static final Map<String, String> PATIENT = Map.of(
            "WEARON_PROXY_RESPONSE_TIMEOUT", "20s",
            "WEARON_PROXY_CREATE_TIMEOUT", "60s",
            "WEARON_KEYS_LOOKUP_TIMEOUT", "20s",
            "WEARON_DB_STATEMENT_TIMEOUT", "20s");

    final FakeShopify shopify;
    final Rig rig;
    final RunningService gateway;

    /** Between the pages and the gateway; its URL is the public one. */
    final FaultProxy network;

    final Browser browser;

    private final Playwright playwright;

    private World() throws Exception {
        shopify = new FakeShopify(CLIENT_ID, SECRET, InstantSource.system());
        rig = Rig.in(Files.createTempDirectory(Path.of("target").toAbsolutePath(), "world-"), ROOT, Rig.SHORT_LIVED);
        rig.useKeys(TestKeys::ofThisModule);
        int gatewayPort = URI.create(rig.url("gateway")).getPort();
        network = new FaultProxy("127.0.0.1", gatewayPort);
        String publicUrl = "http://127.0.0.1:" + network.port();
        rig.start("credits");
        rig.start(
                "storage",
                Map.of("WEARON_PUBLIC_URL", publicUrl, "WEARON_IMPORTS_ALLOWED_HOSTS", "localhost:" + shopPort()));
        rig.start("generation");
        gateway = rig.start("gateway", gatewayVariables(publicUrl));
        playwright = Playwright.create();
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of(System.getProperty("chromium")))
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--use-fake-device-for-media-stream",
                                "--use-fake-ui-for-media-stream")));
    }

    private int shopPort() {
        return URI.create(shopify.url()).getPort();
    }

    /** Where the browser finds the shops. */
    String shops() {
        return "http://localhost:" + shopPort();
    }

    private Map<String, String> gatewayVariables(String publicUrl) {
        Map<String, String> variables = new HashMap<>(PATIENT);
        variables.putAll(Map.ofEntries(
                Map.entry("WEARON_PUBLIC_URL", publicUrl),
                Map.entry("WEARON_SHOPIFY_CLIENT_ID", CLIENT_ID),
                Map.entry("WEARON_SHOPIFY_CLIENT_SECRET", SECRET),
                Map.entry("WEARON_SHOPIFY_TOKEN_KEYS", "a-key-of-these-tests-that-encrypts-tokens"),
                Map.entry("WEARON_SHOPIFY_URL", shops() + "/{shop}"),
                Map.entry("WEARON_SHOPIFY_TIMEOUT", "10s"),
                Map.entry("WEARON_SHOPIFY_OPERATION_TIMEOUT", "20s"),
                Map.entry("WEARON_ORDERS_SHOPPER_KEYS", "a-key-of-these-tests-that-signs-cart-links"),
                Map.entry("WEARON_ORDERS_EVERY", "500ms"),
                Map.entry("WEARON_LIMITS_STOREFRONT_TOKENS_PER_ADDRESS", MANY),
                Map.entry("WEARON_LIMITS_STOREFRONT_TOKENS_PER_SHOPPER", MANY),
                Map.entry("WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", MANY),
                Map.entry("WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", MANY)));
        return variables;
    }

    @Override
    public void close() throws Exception {
        browser.close();
        playwright.close();
        network.close();
        rig.close();
        shopify.close();
    }

    /** Gives the tests their world: {@code @ExtendWith(World.Shared.class)}. */
    static final class Shared implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == World.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .getOrComputeIfAbsent(World.class, unused -> start(), World.class);
        }

        private static World start() {
            try {
                return new World();
            } catch (Exception failed) {
                throw new IllegalStateException("The services, the stand-in or the browser did not start", failed);
            }
        }
    }
}
