package dev.wearon.gateway.demo;

import io.netty.util.NetUtil;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Serves {@code /demo}, which leads to the demo shop. A demo has sample customers without passwords and a checkout without money, so
 * the gateway refuses to start with it where another machine could reach it.
 */
@Singleton
@Startup
class DemoPages {

    private static final String NO_SHOP = """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Demo shop</title></head>
            <body>
            <main>
            <h1>The demo shop does not run</h1>
            <p>Stop this suite and start it with its shop: <code>./wearon down</code>, then <code>./wearon demo --shop</code></p>
            <p><a href="/docs/">Documentation of the API</a></p>
            </main>
            </body>
            </html>
            """;

    private final DemoConfig config;

    DemoPages(
            DemoConfig config,
            @ConfigProperty(name = "wearon.public-url", defaultValue = "http://127.0.0.1:8080") URI publicUrl,
            @ConfigProperty(name = "quarkus.http.host") String listenAddress) {
        this.config = config;
        if (config.pages()) {
            require(isLoopback(listenAddress), "WEARON_HTTP_HOST to be a loopback address, such as 127.0.0.1");
            require(
                    isLoopback(publicUrl.getHost()),
                    "WEARON_PUBLIC_URL to be at a loopback address, such as 127.0.0.1");
            config.shopUrl()
                    .ifPresent(url -> require(
                            isLoopback(URI.create(url).getHost()),
                            "WEARON_DEMO_SHOP_URL to be at a loopback address, such as localhost"));
        }
    }

    private static void require(boolean met, String condition) {
        if (!met) {
            throw new ConfigurationException("WEARON_DEMO_PAGES=true is for one machine, and needs " + condition
                    + ". Without demo pages, remove WEARON_DEMO_PAGES.");
        }
    }

    /** Only a literal address, or {@code localhost}: what another name means can change. */
    static boolean isLoopback(String host) {
        if (host == null || host.equalsIgnoreCase("localhost")) {
            return host != null;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host.replaceAll("[\\[\\]]", ""));
        try {
            return address != null && InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("An address has 4 or 16 bytes", impossible);
        }
    }

    void serve(@Observes Router router) {
        if (config.pages()) {
            router.route("/demo").handler(this::lead);
        }
    }

    private void lead(RoutingContext ctx) {
        config.shopUrl().ifPresentOrElse(ctx::redirect, () -> ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .end(NO_SHOP));
    }
}
