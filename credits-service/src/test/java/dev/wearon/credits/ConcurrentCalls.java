package dev.wearon.credits;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.TestIdentities;
import io.restassured.RestAssured;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Sends many calls at the same time, each on its own connection, before any of them is answered. Callers sign the
 * identities beforehand, because signing takes time.
 */
public final class ConcurrentCalls {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private ConcurrentCalls() {}

    public static HttpRequest charge(String identity, UUID chargeId) {
        return post(
                identity,
                "/internal/v1/charges",
                "{\"charge_id\":\"%s\",\"amount\":1,\"request_id\":\"req_%s\"}".formatted(chargeId, chargeId));
    }

    public static HttpRequest release(UUID storeId, UUID chargeId) {
        return release(TestIdentities.service("generation"), storeId, chargeId);
    }

    /** @param service a signed identity, so that many calls can share it */
    public static HttpRequest release(String service, UUID storeId, UUID chargeId) {
        return post(
                service,
                "/internal/v1/stores/%s/charges/%s/release".formatted(storeId, chargeId),
                "{\"request_id\":\"req_%s\"}".formatted(chargeId));
    }

    /** Returns the outcomes in the order of the requests. Every response must be a 200. */
    public static List<String> outcomes(List<HttpRequest> requests) {
        return outcomesOfChains(requests.stream().map(List::of).toList()).stream()
                .map(List::getFirst)
                .toList();
    }

    /** Runs the chains at the same time. Within a chain, a request follows the response to the one before it. */
    public static List<List<String>> outcomesOfChains(List<List<HttpRequest>> chains) {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build()) {
            List<CompletableFuture<List<String>>> running =
                    chains.stream().map(chain -> send(client, chain)).toList();
            return running.stream().map(CompletableFuture::join).toList();
        }
    }

    private static CompletableFuture<List<String>> send(HttpClient client, List<HttpRequest> chain) {
        CompletableFuture<List<String>> answered = CompletableFuture.completedFuture(List.of());
        for (HttpRequest request : chain) {
            answered = answered.thenCompose(earlier -> client.sendAsync(request, BodyHandlers.ofString())
                    .thenApply(response -> Stream.concat(earlier.stream(), Stream.of(outcome(response)))
                            .toList()));
        }
        return answered;
    }

    public static <T> Map<T, Long> countByValue(List<T> answers) {
        return answers.stream().collect(groupingBy(answer -> answer, counting()));
    }

    private static String outcome(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Calls.outcome(response.body());
    }

    private static HttpRequest post(String identity, String path, String body) {
        return HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + path))
                .header("Authorization", identity)
                .header("Content-Type", "application/json")
                .timeout(TIMEOUT)
                .POST(BodyPublishers.ofString(body))
                .build();
    }
}
