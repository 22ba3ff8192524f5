package dev.wearon.local.commands;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wearon.local.suite.RunFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;

/** An HTTP server that returns the prepared answers in their order, and records the requests. */
final class FakeGateway implements AutoCloseable {

    /** @param target the method, the path and the query */
    record Request(String target, String authorization, String idempotencyKey, String body) {}

    private record Response(int status, String body) {}

    private final HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    private final Queue<Response> answers = new ArrayDeque<>();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

    FakeGateway() throws IOException {
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void willSucceed(int status, String data) {
        answers.add(new Response(status, "{\"data\": " + data + ", \"error\": null}"));
    }

    void willRefuse(int status, String code, String message) {
        answers.add(new Response(
                status,
                "{\"data\": null, \"error\": {\"code\": \"%s\", \"message\": \"%s\"}}".formatted(code, message)));
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    Request onlyRequest() {
        if (requests.size() != 1) {
            throw new AssertionError(requests.size() + " requests: " + requests);
        }
        return requests.get(0);
    }

    /** Makes {@code data} the folder of a suite with this gateway. */
    void writeRunFile(Path data, String adminToken) throws IOException {
        new RunFile(
                        url(),
                        adminToken,
                        new RunFile.Demo("none", "none"),
                        List.of(),
                        new RunFile.PostgresServer("none", null, 1, "none", "none"),
                        new RunFile.RedisServer("none", null),
                        1,
                        1,
                        data.toString(),
                        Instant.EPOCH,
                        List.of(),
                        null,
                        null)
                .write(data.resolve("run.json"));
    }

    /** Closes the connection after the request if no prepared answer is left. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(new Request(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            Response response = answers.poll();
            if (response != null) {
                byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("X-Request-Id", "req-7");
                exchange.sendResponseHeaders(response.status(), body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
