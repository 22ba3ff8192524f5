package dev.wearon.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers what the set-up asks. An order at the shop is worth a credit for each piece. */
final class FakeGateway implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    final Set<String> keys = ConcurrentHashMap.newKeySet();
    final AtomicInteger pool = new AtomicInteger();
    final Map<String, Integer> credits = new ConcurrentHashMap<>();
    volatile String creditVariant = "none";

    private final HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);

    FakeGateway() throws IOException {
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
            String path = exchange.getRequestURI().getPath();
            int status = 200;
            Map<String, ?> data = Map.of();
            if (path.equals("/api/shopify/store")) {
                data = Map.of("id", UUID.nameUUIDFromBytes("store".getBytes(StandardCharsets.UTF_8)));
            } else if (path.endsWith("/api-keys")) {
                String key = "wk_" + UUID.randomUUID();
                keys.add(key);
                data = Map.of("api_key", key);
            } else if (path.endsWith("/credits")) {
                pool.addAndGet(body.path("amount").asInt());
            } else if (path.equals("/api/v1/credits/balance")) {
                String key =
                        exchange.getRequestHeaders().getFirst("Authorization").substring("Bearer ".length());
                status = keys.contains(key) ? 200 : 401;
                data = Map.of("balance", pool.get());
            } else if (path.equals("/api/v1/stores/config")) {
                data = Map.of("shopify_variant_id", creditVariant);
            } else if (path.equals("/api/shopify/proxy/shopper")) {
                String query = exchange.getRequestURI().getQuery();
                data = Map.of(
                        "balance", credits.getOrDefault(query.replaceAll(".*logged_in_customer_id=(\\d+).*", "$1"), 0));
            } else if ("orders/paid".equals(exchange.getRequestHeaders().getFirst("X-Shopify-Topic"))) {
                credits.merge(
                        body.path("customer").path("id").asText(),
                        body.path("line_items").path(0).path("quantity").asInt(),
                        Integer::sum);
            }
            byte[] bytes = JSON.writeValueAsBytes(Map.of("data", data));
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
