package dev.wearon.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Clients of gateways who call without a pause, each with one key, and remember what they were told. */
final class KeyedCalls implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<AssertionError> wrong = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    /** @param askedAt by {@link System#nanoTime} */
    record Call(long askedAt, int status) {}

    /** What one client was told, in order. */
    record Told(Queue<Call> calls) {

        /** When the last call that was answered so was asked; the beginning of time when there was none. */
        long lastAskedAt(int status) {
            return calls.stream()
                    .filter(call -> call.status() == status)
                    .mapToLong(Call::askedAt)
                    .max()
                    .orElse(Long.MIN_VALUE);
        }

        List<Integer> statuses() {
            return calls.stream().map(Call::status).distinct().sorted().toList();
        }

        int count() {
            return calls.size();
        }
    }

    /** One more client, from now on until this is closed. */
    Told keepCalling(String gatewayUrl, String key) {
        Queue<Call> told = new ConcurrentLinkedQueue<>();
        clients.submit(() -> {
            while (!ended) {
                long askedAt = System.nanoTime();
                try {
                    told.add(new Call(askedAt, call(gatewayUrl, key).statusCode()));
                } catch (AssertionError notDescribed) {
                    wrong.add(notDescribed);
                    return;
                }
            }
        });
        return new Told(told);
    }

    /** One call with a key. */
    static HttpResponse<String> call(String gatewayUrl, String key) {
        return send(request(gatewayUrl + "/api/v1/credits/balance", key).build());
    }

    static HttpRequest.Builder request(String url, String bearer) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + bearer)
                .timeout(Duration.ofSeconds(10));
    }

    static HttpResponse<String> send(HttpRequest request) {
        try {
            return HeldToTheContract.described(HTTP.send(request, BodyHandlers.ofString()));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** @throws AssertionError when a client was told what is not described */
    @Override
    public void close() {
        ended = true;
        clients.close();
        if (!wrong.isEmpty()) {
            throw wrong.peek();
        }
    }
}
