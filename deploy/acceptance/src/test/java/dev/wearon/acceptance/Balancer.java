package dev.wearon.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wearon.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Receives the calls of a service and sends each call once to the instance in use. It ends the client's connection after
 * each call, so no connection leads to an instance that is about to stop.
 */
final class Balancer implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** Headers of a connection. The sender of a body sets its length. */
    private static final Set<String> OF_A_CONNECTION =
            Set.of("host", "connection", "content-length", "transfer-encoding", "expect", "upgrade", "keep-alive");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private Instance inUse;

    private record Instance(String url, AtomicInteger underWay) {}

    Balancer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.setExecutor(calls);
        server.createContext("/", this::pass);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Sends all further calls to this URL; returns when the instance before has finished its calls. */
    void use(String url) {
        Instance before = replace(new Instance(url, new AtomicInteger()));
        if (before != null) {
            Await.until(TIMEOUT, before.underWay()::get, count -> count == 0);
        }
    }

    private synchronized Instance replace(Instance instance) {
        Instance before = inUse;
        inUse = instance;
        return before;
    }

    private synchronized Instance take() {
        inUse.underWay().incrementAndGet();
        return inUse;
    }

    private void pass(HttpExchange call) throws IOException {
        Instance instance = take();
        try (call) {
            HttpResponse<byte[]> answer = http.send(request(call, instance.url()), BodyHandlers.ofByteArray());
            answer.headers().map().forEach((name, values) -> {
                if (passes(name)) {
                    call.getResponseHeaders().put(name, values);
                }
            });
            call.getResponseHeaders().set("Connection", "close");
            int length = answer.body().length;
            call.sendResponseHeaders(answer.statusCode(), length == 0 ? -1 : length);
            call.getResponseBody().write(answer.body());
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            instance.underWay().decrementAndGet();
        }
    }

    private static HttpRequest request(HttpExchange call, String url) throws IOException {
        byte[] body = call.getRequestBody().readAllBytes();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + call.getRequestURI()))
                .method(
                        call.getRequestMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .timeout(TIMEOUT);
        call.getRequestHeaders().forEach((name, values) -> {
            if (passes(name)) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    private static boolean passes(String header) {
        return !OF_A_CONNECTION.contains(header.toLowerCase(Locale.ROOT));
    }

    @Override
    public void close() {
        server.stop(0);
        calls.shutdownNow();
        http.shutdownNow();
    }
}
