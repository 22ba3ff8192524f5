package dev.wearon.storage.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A host of images. What it answers depends on the path only, because it runs with the settings of the tests. */
final class ImageHost {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Integer> requests = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();

    ImageHost() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    void stop() {
        held.values().forEach(CountDownLatch::countDown);
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith("/requests/")) {
                String count = Integer.toString(requests.getOrDefault(path.substring("/requests".length()), 0));
                answer(exchange, 200, count.getBytes());
                return;
            } else if (path.startsWith("/release/")) {
                latch(path.substring("/release/".length())).countDown();
                answer(exchange, 200, new byte[1]);
                return;
            }
            requests.merge(path, 1, Integer::sum);
            String[] parts = path.split("/");
            switch (parts[1]) {
                case "jpeg" -> answer(exchange, 200, Client.jpeg(Integer.parseInt(parts[2]), 1));
                case "chunked" -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write(Client.jpeg(Integer.parseInt(parts[2]), 1));
                }
                case "held" -> {
                    await(parts[2]);
                    answer(exchange, 200, Client.jpeg(400, 1));
                }
                case "text" -> answer(exchange, 200, "<html>Sign in</html>".getBytes());
                case "cut" -> answer(exchange, 200, java.util.Arrays.copyOf(Client.jpeg(5_000, 1), 20));
                case "empty" -> answer(exchange, 200, new byte[0]);
                case "redirect" -> {
                    exchange.getResponseHeaders().set("Location", "/jpeg/400");
                    answer(exchange, 302, new byte[0]);
                }
                default -> answer(exchange, 404, new byte[0]);
            }
        }
    }

    private CountDownLatch latch(String name) {
        return held.computeIfAbsent(name, first -> new CountDownLatch(1));
    }

    private void await(String name) throws IOException {
        try {
            latch(name).await(1, TimeUnit.MINUTES);
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
