package dev.wearon.bench.list;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.bench.loop.Side;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One page of a list, as a process of the service answers it again and again.
 *
 * @param answer the body of each right answer
 */
record Listing(Map<String, ProcessHandle> processes, HttpRequest request, String answer) implements Side {

    static final int PAGE = 100;

    private static final int OK = 200;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the page once. */
    static Listing of(URI page, String identity, Map<String, ProcessHandle> processes)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(page)
                .timeout(TIMEOUT)
                .header("Authorization", identity)
                .header("X-Request-Id", "bench")
                .build();
        try (HttpClient client = client()) {
            return new Listing(processes, request, read(client, request));
        }
    }

    /** @throws UserError unless the page has exactly these sessions, in this order */
    Listing check(List<UUID> expected) throws IOException, UserError {
        List<UUID> listed = JSON.readTree(answer)
                .path("generations")
                .valueStream()
                .map(session -> UUID.fromString(session.path("session_id").textValue()))
                .toList();
        if (expected.isEmpty() || !listed.equals(expected)) {
            throw new UserError(
                    "A page has other try-ons than a plain query finds: %d and %d."
                            .formatted(listed.size(), expected.size()),
                    "none; this is a fault of the list or of the benchmark");
        }
        return this;
    }

    String nextCursor() throws IOException {
        JsonNode cursor = JSON.readTree(answer).path("next_cursor");
        if (!cursor.isTextual()) {
            throw new IOException("a page that has a next one does not name it");
        }
        return cursor.textValue();
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
    }

    private static String read(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != OK) {
            throw new IOException("a page was answered with %d %s".formatted(answer.statusCode(), answer.body()));
        }
        return answer.body();
    }

    @Override
    public String name() {
        return "page";
    }

    @Override
    public Client connect() {
        HttpClient client = client();
        return new Client() {
            @Override
            public void call() throws IOException, InterruptedException {
                String body = read(client, request);
                if (!body.equals(answer)) {
                    throw new IOException("a page was answered with another body: " + body);
                }
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }
}
