package dev.wearon.gateway.testing;

import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.shopify.FakeShopify;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.ResourceArg;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;

/** The fakes of the three services, and the admin tokens. Starts once for all tests, like the database. */
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(FakeServices.class)
public final class FakeServices implements QuarkusTestResourceLifecycleManager {

    public static final String ADMIN_TOKEN = "the-operator-of-the-tests-0123456789";

    /** A second valid token, as during a rotation. */
    public static final String NEXT_ADMIN_TOKEN = "the-operator-of-tomorrow-0123456789";

    /** Is an allowed host in the network of the operator, with the port of {@link #receiver}. */
    public static final String RECEIVER_HOST = "receiver.internal";

    public static final String SHOPIFY_CLIENT_ID = "the-app-of-the-tests";
    public static final String SHOPIFY_SECRET = "the-secret-of-the-app-of-the-tests";
    public static final String SHOPIFY_SECRET_BEFORE = "the-secret-before-that-of-the-tests";

    private static final String WEBHOOK_KEY = "a-key-of-the-tests-that-encrypts-secrets";

    private static Vertx vertx;
    private static FakeService credits;
    private static FakeService generation;
    private static FakeService storage;
    private static FakeService receiver;
    private static FakeShopify shopify;

    public static FakeService credits() {
        return credits;
    }

    public static FakeService generation() {
        return generation;
    }

    public static FakeService storage() {
        return storage;
    }

    /** A receiver of webhooks, with the host {@link #RECEIVER_HOST}. */
    public static FakeService receiver() {
        return receiver;
    }

    public static FakeShopify shopify() {
        return shopify;
    }

    /** The name of a token's owner in the changelog. */
    public static String fingerprint(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return "operator-" + HexFormat.of().formatHex(digest).substring(0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public Map<String, String> start() {
        vertx = Vertx.vertx();
        credits = new FakeService(vertx);
        generation = new FakeService(vertx);
        storage = new FakeService(vertx);
        receiver = new FakeService(vertx);
        try {
            shopify = new FakeShopify(SHOPIFY_CLIENT_ID, SHOPIFY_SECRET, InstantSource.system());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return Map.ofEntries(
                Map.entry("wearon.shopify.client-id", SHOPIFY_CLIENT_ID),
                Map.entry("wearon.shopify.client-secret", SHOPIFY_SECRET),
                Map.entry("wearon.shopify.client-secret-before", SHOPIFY_SECRET_BEFORE),
                Map.entry("wearon.shopify.token-keys", "a-key-of-the-tests-that-encrypts-tokens"),
                Map.entry("wearon.shopify.url", shopify.url() + "/{shop}"),
                Map.entry("wearon.shopify.timeout", "10s"),
                Map.entry("wearon.shopify.operation-timeout", "20s"),
                Map.entry("wearon.shopify.keep-alive-every", "off"),
                Map.entry("wearon.incoming.every", "off"),
                Map.entry("wearon.orders.shopper-keys", "a-key-of-the-tests-that-seals-shoppers"),
                Map.entry("wearon.orders.every", "off"),
                Map.entry("wearon.credits.url", credits.url()),
                Map.entry("wearon.generation.url", generation.url()),
                Map.entry("wearon.storage.url", storage.url()),
                // Larger than the socket buffers, so that tests can observe back-pressure.
                Map.entry("wearon.proxy.upload-limit", "40M"),
                Map.entry("wearon.proxy.upload-stall-timeout", "2s"),
                Map.entry("wearon.proxy.stream-idle-timeout", "5s"),
                Map.entry("wearon.proxy.upload-timeout", "8s"),
                Map.entry("wearon.proxy.body-timeout", "4s"),
                Map.entry("wearon.proxy.event-connections", "40"),
                Map.entry("wearon.bounds.events-per-store", "3"),
                // Shorter than the idle timeout, which would cut the download of its test first.
                Map.entry("wearon.proxy.download-timeout", "4s"),
                Map.entry("wearon.proxy.ledger-report-timeout", "8s"),
                // On a busy machine this process may not run for seconds. Some tests wait for the first of these
                // limits.
                Map.entry("wearon.proxy.response-timeout", "3500ms"),
                Map.entry("wearon.keys.lookup-timeout", "10s"),
                Map.entry("wearon.db.statement-timeout", "10s"),
                // No limits for stores without a tier; the tests of the limits use tiers.
                Map.entry("wearon.limits.per-minute.without-tier", "100000"),
                Map.entry("wearon.limits.per-hour.without-tier", "100000"),
                // The former name of WEARON_LIMITS_REDIS_TIMEOUT; FormerNamesTest reads it.
                Map.entry("WEARON_LIMITS_PATIENCE", "4s"),
                // Long enough for all calls that a test makes to an open breaker, also on a busy machine.
                Map.entry("wearon.proxy.breaker-delay", "4s"),
                Map.entry("wearon.admin.token", ADMIN_TOKEN + ", " + NEXT_ADMIN_TOKEN),
                Map.entry("quarkus.log.file.enabled", "true"),
                Map.entry("quarkus.log.file.path", LogFile.PATH),
                Map.entry("quarkus.log.file.format", "%d %-5p request_id=%X{request_id} [%c] %s%e%n"),
                Map.entry("wearon.webhook.keys", WEBHOOK_KEY),
                Map.entry("wearon.webhook.allowed-hosts", RECEIVER_HOST + ":" + receiver.port()),
                Map.entry("wearon.deliveries.timeout", "2s"),
                Map.entry("wearon.deliveries.every", "off"),
                // No relay runs in the background, because its calls would appear in other tests.
                Map.entry("wearon.erasure.every", "off"),
                Map.entry("wearon.outbox.every", "off"));
    }

    @Override
    public void stop() {
        shopify.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
