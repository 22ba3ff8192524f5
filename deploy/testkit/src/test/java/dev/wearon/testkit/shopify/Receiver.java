package dev.wearon.testkit.shopify;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** An app that keeps all requests, and answers as a test says. */
public final class Receiver implements AutoCloseable {

    public record Got(String method, String path, String query, Headers headers, String body) {}

    private final List<Got> requests = new CopyOnWriteArrayList<>();
    private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
    private final Map<String, String> answerHeaders = new ConcurrentHashMap<>();
    private final HttpServer server;

    public Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                requests.add(new Got(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        exchange.getRequestURI().getRawQuery(),
                        exchange.getRequestHeaders(),
                        body));
                Integer status = statuses.poll();
                answerHeaders.forEach(exchange.getResponseHeaders()::set);
                byte[] answer = "{\"from\":\"the app\"}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status == null ? 200 : status, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<Got> requests() {
        return requests;
    }

    /** Of the next answers; the later ones are 200. */
    public void answer(Integer... next) {
        statuses.addAll(List.of(next));
    }

    public void answerHeader(String name, String value) {
        answerHeaders.put(name, value);
    }

    public List<String> topics() {
        return requests.stream()
                .map(one -> one.headers().getFirst("X-Shopify-Topic"))
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
