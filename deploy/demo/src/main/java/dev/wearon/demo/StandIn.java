package dev.wearon.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.PrivateFiles;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Calls the stand-in of Shopify: its switches, and the pages of its shops. */
final class StandIn implements AutoCloseable {

    /** The path of the app proxy. */
    static final String PROXY = "/apps/wearon";

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final String url;

    /** @param url ends with a slash */
    StandIn(String url) {
        this.url = url;
    }

    /** The domains of the shops that are installed. */
    List<String> shops() throws IOException {
        List<String> domains = new ArrayList<>();
        get("shops").path("shops").forEach(domain -> domains.add(domain.asText()));
        return domains;
    }

    /** @param path below the switches */
    JsonNode get(String path) throws IOException {
        return send(control(path));
    }

    JsonNode post(String path, Map<String, ?> body) throws IOException {
        return send(control(path).POST(BodyPublishers.ofByteArray(PrivateFiles.JSON.writeValueAsBytes(body))));
    }

    JsonNode put(String path, Map<String, ?> body) throws IOException {
        return send(control(path).PUT(BodyPublishers.ofByteArray(PrivateFiles.JSON.writeValueAsBytes(body))));
    }

    private HttpRequest.Builder control(String path) {
        return HttpRequest.newBuilder(URI.create(url + "control/" + path));
    }

    /** What a page of the shop learns through the app proxy when this customer is logged in. */
    JsonNode shopper(String domain, long customer) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url + domain + PROXY + "/shopper"))
                        .header("Cookie", "shopper=" + customer))
                .path("data");
    }

    private JsonNode send(HttpRequest.Builder builder) throws IOException {
        HttpRequest request = builder.timeout(TIMEOUT).build();
        String what = request.method() + " " + request.uri().getPath();
        try {
            HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException(
                        "The demo shop answered %d to %s: %s%s./wearon logs shopify and ./wearon logs gateway"
                                .formatted(
                                        answer.statusCode(),
                                        what,
                                        new String(answer.body(), StandardCharsets.UTF_8),
                                        UserError.HINT));
            }
            return PrivateFiles.JSON.readTree(answer.body());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for the demo shop", interrupted);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
