package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.TestKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver gets a message although the gateway that had begun to send it dies. */
@Tag("thorough")
class WebhooksIT {

    /** Longer than a lease: the timeout of an attempt and five seconds. */
    private static final Duration LATER = Duration.ofSeconds(40);

    @TempDir
    private Path folder;

    private final LinkedBlockingQueue<HttpExchange> received = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer receiver;
    private Rig rig;

    @BeforeEach
    void start() throws Exception {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        receiver.setExecutor(threads);
        receiver.createContext("/", received::add);
        receiver.start();
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        rig.useKeys(TestKeys::ofThisModule);
    }

    @AfterEach
    void stop() throws IOException {
        rig.close();
        receiver.stop(0);
        threads.close();
    }

    private RunningService gateway() throws IOException {
        return rig.start(
                "gateway",
                Map.of(
                        "WEARON_WEBHOOK_KEYS", "0123456789abcdef0123456789abcdef",
                        "WEARON_WEBHOOK_ALLOWED_HOSTS",
                                "localhost:" + receiver.getAddress().getPort(),
                        "WEARON_DELIVERIES_TIMEOUT", "2s"));
    }

    /** The next message, which has no answer yet. */
    private HttpExchange next() throws InterruptedException {
        HttpExchange next = received.poll(LATER.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(next).as("a message").isNotNull();
        return next;
    }

    private static String id(HttpExchange message) {
        return message.getRequestHeaders().getFirst("webhook-id");
    }

    private String query(String query) {
        try (var connection = rig.connect();
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void anotherGatewayRepeatsTheMessageOfAGatewayThatDied() throws Exception {
        RunningService first = gateway();
        ApiClient operator = ApiClient.of(first.url()).withKey(Rig.ADMIN_TOKEN);
        String store = operator.post("/admin/v1/stores", Map.of("shop_domain", "shop.example"))
                .expect(201)
                .data()
                .get("store_id")
                .textValue();
        String key = operator.post(
                        "/admin/v1/stores/" + store + "/api-keys",
                        Map.of("allowed_domains", List.of(), "scopes", List.of("webhooks:write")))
                .expect(201)
                .data()
                .get("api_key")
                .textValue();
        ApiClient merchant = ApiClient.of(first.url()).withKey(key);
        String url = "http://localhost:" + receiver.getAddress().getPort() + "/hook";
        String endpoint = merchant.post("/api/v1/webhook-endpoints", Map.of("url", url))
                .expect(201)
                .data()
                .get("endpoint_id")
                .textValue();
        String message = merchant.post("/api/v1/webhook-endpoints/" + endpoint + "/test", Map.of())
                .expect(200)
                .data()
                .get("message_id")
                .textValue();
        assertThat(id(next())).isEqualTo(message);
        first.kill();

        gateway();
        HttpExchange repeated = next();
        assertThat(id(repeated)).isEqualTo(message);
        repeated.sendResponseHeaders(204, -1);

        Await.until(LATER, () -> query("SELECT status FROM gateway.webhook_messages"), "delivered"::equals);
        assertThat(query("SELECT taken FROM gateway.webhook_messages")).isEqualTo("2");
        // The first gateway had recorded nothing, so only the end of its lease made the second one send.
        assertThat(query("SELECT string_agg(outcome, ' ') FROM gateway.webhook_attempts"))
                .isEqualTo("delivered");
    }
}
