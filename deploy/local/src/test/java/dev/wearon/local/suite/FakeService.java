package dev.wearon.local.suite;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A program that starts, becomes ready and stops like a service, for tests of the supervisor. On its public port it returns its
 * environment and answers the routes that a start of the suite calls. It has no dependencies, because its jar contains
 * only this class.
 */
public final class FakeService {

    private static final Set<String> DOMAINS = ConcurrentHashMap.newKeySet();

    private FakeService() {}

    public static void main(String[] arguments) throws IOException {
        String failing = System.getenv("FAKE_SERVICE_FAILS");
        if (failing != null && System.getProperty("java.class.path").contains(failing)) {
            System.out.println("configured to fail");
            System.exit(3);
        }
        serve(Integer.parseInt(System.getenv("WEARON_HTTP_PORT")));
        listen(Integer.parseInt(System.getenv("WEARON_MANAGEMENT_PORT")))
                .createContext("/q/health", exchange -> answer(exchange, 200, "{}"));
    }

    static HttpServer serve(int port) throws IOException {
        HttpServer server = listen(port);
        server.createContext(
                "/environment",
                exchange -> answer(
                        exchange,
                        200,
                        System.getenv().entrySet().stream()
                                .filter(variable -> variable.getKey().startsWith("WEARON_"))
                                .map(Object::toString)
                                .collect(Collectors.joining("\n"))));
        server.createContext("/api/v1/credits/balance", exchange -> answer(exchange, 200, data("\"balance\": 25")));
        server.createContext("/admin/v1/stores", FakeService::admin);
        return server;
    }

    private static HttpServer listen(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.start();
        return server;
    }

    private static void admin(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getPath();
        if (path.endsWith("/api-keys")) {
            answer(exchange, 201, data("\"api_key\": \"wk_" + UUID.randomUUID() + "\""));
        } else if (path.endsWith("/credits")) {
            answer(exchange, 201, data("\"balance\": 25"));
        } else if (DOMAINS.add(body.replaceAll(".*\"(demo-\\w+)\\.myshopify\\.com\".*", "$1"))) {
            answer(exchange, 201, data("\"store_id\": \"" + UUID.randomUUID() + "\""));
        } else {
            answer(exchange, 409, "{\"data\": null, \"error\": {\"code\": \"STORE_EXISTS\", \"message\": \"taken\"}}");
        }
    }

    private static String data(String fields) {
        return "{\"data\": {" + fields + "}, \"error\": null}";
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("X-Request-Id", "req-of-the-fake-service");
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
