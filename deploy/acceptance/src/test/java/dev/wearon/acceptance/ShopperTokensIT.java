package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wearon.acceptance.Gateways.Gateway;
import dev.wearon.processes.services.Rig;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.ApiReply;
import dev.wearon.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways count the creates of a shopper token together. A stub replaces generation. */
class ShopperTokensIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String PAGE = "https://shop.example";
    private static final int MOST = 5;
    private static final int CLIENTS = 8;

    @TempDir
    private static Path folder;

    /** The Idempotency-Keys of the creates that generation has received. */
    private static final Set<String> CREATED = ConcurrentHashMap.newKeySet();

    /** Those that get no answer. */
    private static final Set<String> UNANSWERED = ConcurrentHashMap.newKeySet();

    private static final ExecutorService REPLYING = Executors.newVirtualThreadPerTaskExecutor();

    private static Gateways gateways;
    private static HttpServer generation;
    private static Gateway first;
    private static Gateway second;

    @BeforeAll
    static void start() throws IOException {
        gateways = new Gateways(folder);
        generation = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        generation.setExecutor(REPLYING);
        generation.createContext("/", ShopperTokensIT::create);
        generation.start();
        gateways.rig()
                .reach(
                        "generation",
                        "http://127.0.0.1:" + generation.getAddress().getPort());
        var starting = CompletableFuture.supplyAsync(() -> gateways.start(Suite.PATIENT));
        second = gateways.start(Suite.PATIENT);
        first = starting.join();
    }

    @AfterAll
    static void stop() throws IOException {
        gateways.close();
        generation.stop(0);
        REPLYING.shutdownNow();
        assertThat(Secrets.inLogsBelow(folder, Rig.ADMIN_TOKEN)).isEmpty();
    }

    private static void create(HttpExchange call) throws IOException {
        String key = call.getRequestHeaders().getFirst("Idempotency-Key");
        CREATED.add(key);
        if (UNANSWERED.contains(key)) {
            return;
        }
        try (call) {
            call.getRequestBody().readAllBytes();
            byte[] body = "{\"session_id\":\"%s\",\"status\":\"queued\",\"deadline_at\":null}"
                    .formatted(UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)))
                    .getBytes(StandardCharsets.UTF_8);
            call.getResponseHeaders().set("Content-Type", "application/json");
            call.sendResponseHeaders(201, body.length);
            call.getResponseBody().write(body);
        }
    }

    private static String token(int maxGenerations) {
        ApiClient operator = SteadyCalls.client(first.url(), Rig.ADMIN_TOKEN);
        String storeId = operator.post(
                        "/admin/v1/stores", Map.of("shop_domain", "shop-" + UUID.randomUUID() + ".example"))
                .expect(201)
                .data()
                .get("store_id")
                .textValue();
        String key = operator.post(
                        "/admin/v1/stores/" + storeId + "/api-keys",
                        Map.of("scopes", List.of("generations:write", "shopper-tokens:mint")))
                .expect(201)
                .data()
                .get("api_key")
                .textValue();
        return SteadyCalls.client(first.url(), key)
                .post(
                        "/api/v1/shopper-tokens",
                        Map.of("origin", PAGE, "shopper_email", "ann@example.com", "max_generations", maxGenerations))
                .expect(201)
                .data()
                .get("token")
                .textValue();
    }

    private static ApiReply create(Gateway gateway, String token, String key) {
        return SteadyCalls.client(gateway.url(), token)
                .post("/api/v1/generation/create", Map.of(), "Origin", PAGE, "Idempotency-Key", key);
    }

    @Test
    void twoGatewaysTogetherForwardExactlyTheMaximum() throws Exception {
        String token = token(MOST);
        List<Callable<List<String>>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            Gateway gateway = client % 2 == 0 ? first : second;
            clients.add(() -> {
                List<String> created = new ArrayList<>();
                for (int call = 0; call < MOST; call++) {
                    String key = UUID.randomUUID().toString();
                    ApiReply reply = create(gateway, token, key);
                    assertThat(reply.status()).isIn(201, 403);
                    if (reply.status() == 201) {
                        created.add(key);
                    } else {
                        assertThat(reply.text()).contains("TOKEN_EXHAUSTED");
                        assertThat(CREATED).doesNotContain(key);
                    }
                }
                return created;
            });
        }
        List<String> created = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<String>> client : threads.invokeAll(clients)) {
                created.addAll(client.get());
            }
        }
        assertThat(created).hasSize(MOST);
        // A repeat works at both gateways, also when no slot is left.
        assertThat(create(first, token, created.getFirst()).status()).isEqualTo(201);
        assertThat(create(second, token, created.getFirst()).status()).isEqualTo(201);
    }

    /** The try-on may exist, so its slot stays taken; the same key may be sent again. */
    @Test
    void aGatewayThatDiesDuringACreateLeavesItsSlotTaken() throws Exception {
        String token = token(1);
        String key = UUID.randomUUID().toString();
        UNANSWERED.add(key);
        Gateway dying = gateways.start(Suite.PATIENT);
        CompletableFuture<ApiReply> lost = CompletableFuture.supplyAsync(() -> create(dying, token, key));
        Await.until(TIMEOUT, () -> CREATED.contains(key), forwarded -> forwarded);
        dying.process().kill();
        assertThat(lost.handle((reply, fault) -> fault.getCause()).join()).isInstanceOf(UncheckedIOException.class);
        assertThat(create(second, token, "another").text()).contains("TOKEN_EXHAUSTED");
        UNANSWERED.remove(key);
        assertThat(create(second, token, key).status()).isEqualTo(201);
    }
}
