package dev.wearon.testkit.shopify;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Sends webhooks to the app: once, several times, in another order, in parallel. A test that loses or delays one sends it not at
 * all, or later.
 */
public final class Deliveries {

    /** Shopify gives up 8 failures after the event; its pauses (4 h in all) are left out here. */
    public static final int ATTEMPTS = 8;

    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    /**
     * @param id of the delivery to one subscription; all attempts have it
     * @param event the same for all subscriptions
     * @param body the exact bytes that are signed and sent
     */
    public record Webhook(String topic, String shop, UUID id, UUID event, Instant triggeredAt, byte[] body) {

        /** The same event for another subscription. */
        public Webhook again() {
            return new Webhook(topic, shop, UUID.randomUUID(), event, triggeredAt, body);
        }
    }

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final String apiVersion;
    private volatile String secret;

    Deliveries(String secret, String apiVersion) {
        this.secret = secret;
        this.apiVersion = apiVersion;
    }

    /** A rotation: signs with this secret from now on. */
    public void signWith(String newSecret) {
        secret = newSecret;
    }

    /** One attempt; the status of the answer, or 0 without an answer in 5 s. */
    public int send(URI to, Webhook webhook) {
        return inBackground(to, webhook).join();
    }

    /** Repeats until a 2xx, at most {@link #ATTEMPTS} times; the statuses in their order. A retry has the first body. */
    public List<Integer> sendWithRetries(URI to, Webhook webhook) {
        List<Integer> statuses = new java.util.ArrayList<>();
        do {
            statuses.add(send(to, webhook));
        } while (statuses.getLast() / 100 != 2 && statuses.size() < ATTEMPTS);
        return statuses;
    }

    /** The same delivery {@code count} times at once; the statuses. */
    public List<Integer> sendInParallel(URI to, Webhook webhook, int count) {
        List<CompletableFuture<Integer>> sent = Collections.nCopies(count, webhook).stream()
                .map(one -> inBackground(to, one))
                .toList();
        return sent.stream().map(CompletableFuture::join).toList();
    }

    private CompletableFuture<Integer> inBackground(URI to, Webhook webhook) {
        HttpRequest request = HttpRequest.newBuilder(to)
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .header("X-Shopify-Topic", webhook.topic())
                .header("X-Shopify-Shop-Domain", webhook.shop())
                .header("X-Shopify-API-Version", apiVersion)
                .header("X-Shopify-Webhook-Id", webhook.id().toString())
                .header("X-Shopify-Event-Id", webhook.event().toString())
                .header("X-Shopify-Triggered-At", webhook.triggeredAt().toString())
                .header("X-Shopify-Hmac-Sha256", Signatures.webhook(secret, webhook.body()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(webhook.body()))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding()).handle((answer, failed) -> {
            if (failed == null) {
                return answer.statusCode();
            }
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            if (cause instanceof IOException) {
                return 0;
            }
            throw new IllegalStateException("The webhook was not sent", cause);
        });
    }
}
