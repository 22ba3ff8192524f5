package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.SignedIdentities;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.ApiReply;
import dev.wearon.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Calls the ledger as the other services do: it makes an id before the first call, and repeats a call without a reply under the
 * same id. It keeps the outcome of each id.
 */
final class LedgerClient {

    private static final Duration CALL = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** The outcome of an id, by the replies. */
    enum Outcome {
        CHARGED,
        RELEASED,
        RELEASED_FIRST
    }

    /** The store of an id, and its outcome. */
    record Fact(UUID storeId, Outcome outcome) {}

    private final List<UUID> stores;
    private final Map<UUID, ApiClient> storeClients;
    private final ApiClient worker;

    final Map<UUID, Fact> facts = new ConcurrentHashMap<>();

    /** Calls with a reply below 500. */
    final AtomicInteger answered = new AtomicInteger();

    /** Repeats after no reply or a 5xx. */
    final AtomicInteger repeated = new AtomicInteger();

    /** Repeated calls whose work an earlier attempt had done. */
    final AtomicInteger foundDone = new AtomicInteger();

    /** @param stores more than half of all calls are for the first one */
    LedgerClient(String url, List<UUID> stores, SignedIdentities identities) {
        ApiClient client = ApiClient.of(url).within(CALL);
        this.stores = stores;
        this.storeClients =
                stores.stream().collect(Collectors.toMap(Function.identity(), id -> client.as(identities.store(id))));
        this.worker = client.as(identities.service("generation"));
    }

    /** One try-on: it is charged and sometimes released; now and then the release comes before the charge. */
    void tryOn(Random random) {
        UUID id = newId(random);
        UUID store = random.nextBoolean() ? stores.getFirst() : stores.get(random.nextInt(stores.size()));
        int fate = random.nextInt(20);
        if (fate == 0) {
            release(store, id, "never_charged", "never_charged");
            charge(store, id, "released", "released");
            facts.put(id, new Fact(store, Outcome.RELEASED_FIRST));
            return;
        }
        charge(store, id, "charged", "replayed");
        if (fate < 5) {
            release(store, id, "released", "already_released");
        }
        facts.put(id, new Fact(store, fate < 5 ? Outcome.RELEASED : Outcome.CHARGED));
    }

    private void charge(UUID store, UUID id, String done, String doneBefore) {
        Map<String, ?> charge = Map.of("charge_id", id, "amount", 1, "request_id", "req_" + id);
        insist(() -> storeClients.get(store).post("/internal/v1/charges", charge), done, doneBefore);
    }

    private void release(UUID store, UUID id, String done, String doneBefore) {
        String path = "/internal/v1/stores/%s/charges/%s/release".formatted(store, id);
        insist(() -> worker.post(path, Map.of("request_id", "req_" + id)), done, doneBefore);
    }

    /** Repeats the call until a reply below 500 comes. Only a repeated call may find its work done already. */
    private void insist(Supplier<ApiReply> call, String done, String doneBefore) {
        AtomicInteger attempts = new AtomicInteger();
        ApiReply reply = Await.until(
                TIMEOUT,
                () -> {
                    if (attempts.incrementAndGet() > 1) {
                        repeated.incrementAndGet();
                    }
                    return call.get();
                },
                answer -> answer.status() < 500);
        answered.incrementAndGet();
        String outcome = reply.expect(200).json().get("outcome").textValue();
        if (attempts.get() > 1 && outcome.equals(doneBefore) && !done.equals(doneBefore)) {
            foundDone.incrementAndGet();
        } else {
            assertThat(outcome).as("attempt %s of %s", attempts, reply).isEqualTo(done);
        }
    }

    private static UUID newId(Random random) {
        return new UUID(random.nextLong() & ~0xF000L | 0x4000L, random.nextLong() & ~(3L << 62) | 2L << 62);
    }
}
