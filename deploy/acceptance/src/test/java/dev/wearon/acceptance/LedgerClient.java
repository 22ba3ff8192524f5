package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Callers of the ledger who do what the suite's services promise to do: an id is made before anything is asked, and what
 * was not answered is asked again with the same id. What they were told is kept.
 */
final class LedgerClient {

    private static final Duration CALL = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What became of an id, as its caller was told. */
    enum Told {
        CHARGED,
        GIVEN_BACK,
        FORBIDDEN
    }

    /** Whose id it is and what its caller knows of it. */
    record Fact(UUID storeId, Told told) {}

    private final String url;
    private final List<UUID> stores;
    private final Map<UUID, String> identities;
    private final String worker;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CALL)
            .build();

    final Map<UUID, Fact> facts = new ConcurrentHashMap<>();

    /** Calls that were answered, calls that were repeated because they were not, and those found done when repeated. */
    final AtomicInteger answered = new AtomicInteger();

    final AtomicInteger repeated = new AtomicInteger();
    final AtomicInteger foundDone = new AtomicInteger();

    /** @param stores the first one is the hot one */
    LedgerClient(String url, List<UUID> stores, Map<UUID, String> identities, String worker) {
        this.url = url;
        this.stores = stores;
        this.identities = identities;
        this.worker = worker;
    }

    /** One try-on: charged, and now and then given back, or given up before its charge arrives. */
    void tryOn(Random random) {
        UUID id = newId(random);
        UUID store = random.nextBoolean() ? stores.getFirst() : stores.get(random.nextInt(stores.size()));
        int fate = random.nextInt(20);
        if (fate == 0) {
            release(store, id, "never_charged", "never_charged");
            charge(store, id, "released", "released");
            facts.put(id, new Fact(store, Told.FORBIDDEN));
            return;
        }
        charge(store, id, "charged", "replayed");
        if (fate < 5) {
            release(store, id, "released", "already_released");
        }
        facts.put(id, new Fact(store, fate < 5 ? Told.GIVEN_BACK : Told.CHARGED));
    }

    private void charge(UUID store, UUID id, String done, String doneBefore) {
        String body = "{\"charge_id\":\"%s\",\"amount\":1,\"request_id\":\"req_%s\"}".formatted(id, id);
        insist(request(identities.get(store), "/internal/v1/charges", body), done, doneBefore);
    }

    private void release(UUID store, UUID id, String done, String doneBefore) {
        String path = "/internal/v1/stores/%s/charges/%s/release".formatted(store, id);
        insist(request(worker, path, "{\"request_id\":\"req_%s\"}".formatted(id)), done, doneBefore);
    }

    /** Until it is answered; only a call whose answer was lost once may find its work done already. */
    private void insist(HttpRequest request, String done, String doneBefore) {
        AtomicInteger attempts = new AtomicInteger();
        HttpResponse<String> answer = Await.until(
                PATIENCE,
                () -> {
                    if (attempts.incrementAndGet() > 1) {
                        repeated.incrementAndGet();
                    }
                    return http.send(request, BodyHandlers.ofString());
                },
                response -> response.statusCode() < 500);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        answered.incrementAndGet();
        String outcome = outcome(answer);
        if (attempts.get() > 1 && outcome.equals(doneBefore) && !done.equals(doneBefore)) {
            foundDone.incrementAndGet();
        } else {
            assertThat(outcome).as("attempt %s of %s", attempts, request.uri()).isEqualTo(done);
        }
    }

    private static String outcome(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body()).get("outcome").textValue();
        } catch (IOException unreadable) {
            throw new AssertionError(answer.body(), unreadable);
        }
    }

    private HttpRequest request(String identity, String path, String body) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", identity)
                .header("Content-Type", "application/json")
                .timeout(CALL)
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static UUID newId(Random random) {
        return new UUID(random.nextLong() & ~0xF000L | 0x4000L, random.nextLong() & ~(3L << 62) | 2L << 62);
    }
}
