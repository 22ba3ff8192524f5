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

/** A real HTTP server that answers as the contract says, in the order it was told, and remembers what it was asked. */
final class FakeGateway implements AutoCloseable {

    /** What a client sent; {@code target} is the method, the path and the query. */
    record Asked(String target, String authorization, String idempotencyKey, String body) {}

    private record Canned(int status, String body) {}

    private final HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    private final Queue<Canned> answers = new ArrayDeque<>();
    private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());

    FakeGateway() throws IOException {
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void succeeds(int status, String data) {
        answers.add(new Canned(status, "{\"data\": " + data + ", \"error\": null}"));
    }

    void refuses(int status, String code, String message) {
        answers.add(new Canned(
                status,
                "{\"data\": null, \"error\": {\"code\": \"%s\", \"message\": \"%s\"}}".formatted(code, message)));
    }

    Asked onlyRequest() {
        if (asked.size() != 1) {
            throw new AssertionError("asked " + asked.size() + " times: " + asked);
        }
        return asked.get(0);
    }

    /** Makes {@code data} the folder of a suite whose gateway this is. */
    void pretendToRunIn(Path data, String adminToken) throws IOException {
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
                        List.of())
                .write(data.resolve("run.json"));
    }

    /** Without an answer left the connection is cut, after the request was read. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.add(new Asked(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            Canned canned = answers.poll();
            if (canned != null) {
                byte[] body = canned.body().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("X-Request-Id", "req-7");
                exchange.sendResponseHeaders(canned.status(), body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
