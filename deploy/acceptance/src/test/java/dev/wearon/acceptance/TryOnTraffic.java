package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.LedgerConsistency;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.ApiReply;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.contract.PublicContract;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Clients of one store. Each requests a try-on, waits for its picture, downloads it, and begins again. A call without an answer,
 * or with a 503, is repeated as {@code docs/errors.md} requires, at the next gateway. Any other 5xx is wrong.
 */
final class TryOnTraffic implements AutoCloseable {

    /** How long one call is repeated. */
    private static final Duration REPEATS = Duration.ofSeconds(60);

    private static final Duration CALL = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Pictures need most of the processor time. */
    private static final Duration BETWEEN_TRY_ONS = Duration.ofMillis(500);

    private final List<String> gateways;
    private final Merchant store;
    private final List<String> images;
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<UUID> created = new ConcurrentLinkedQueue<>();
    private final AtomicInteger downloaded = new AtomicInteger();
    private final Map<String, AtomicInteger> repeated = new ConcurrentSkipListMap<>();
    private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
    private PublicContract contract = ContractExtension.CONTRACT;
    private volatile boolean ended;
    private volatile boolean abandoned;

    /** @param gateways the URLs at which a client may call */
    TryOnTraffic(List<String> gateways, Merchant store, List<String> images) {
        this.gateways = gateways;
        this.store = store;
        this.images = images;
    }

    /** Accepts answers of another version, which do not follow the OpenAPI document of this one. */
    TryOnTraffic withServicesOfTwoVersions() {
        contract = null;
        return this;
    }

    TryOnTraffic start(int count) {
        for (int client = 0; client < count; client++) {
            int number = client;
            clients.submit(() -> run(number));
        }
        return this;
    }

    /** The sessions that a client got a 201 for. */
    List<UUID> created() {
        return List.copyOf(created);
    }

    /** The answers that clients repeated, with their counts. */
    Map<String, AtomicInteger> repeated() {
        return repeated;
    }

    /** Waits until the clients have downloaded {@code more} further pictures. */
    void awaitPictures(int more) {
        int until = downloaded.get() + more;
        Await.until(TIMEOUT, downloaded::get, count -> count >= until || !wrong.isEmpty());
        assertThat(wrong).isEmpty();
    }

    /** Begins no more try-ons, and waits until all clients have their last picture. */
    @Override
    public void close() throws InterruptedException {
        ended = true;
        clients.shutdown();
        assertThat(clients.awaitTermination(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                .as("clients have ended")
                .isTrue();
        assertThat(wrong).isEmpty();
        assertThat(downloaded.get()).isEqualTo(created.size());
    }

    /** Ends all clients where they are. What they got before stays in {@link #created}. */
    void abandon() {
        abandoned = true;
        ended = true;
        clients.shutdown();
    }

    /**
     * After {@link #close}: exactly the sessions of which a client got a 201 are completed, and each is charged once. Any other
     * belongs to a create that was answered with 503, and its credit is back.
     *
     * @param credits those that the store had before
     */
    void assertNothingIsLost(Connection connection, int credits) throws SQLException {
        List<String> states = TryOnBooks.of(connection, store.storeId()).sessions();
        List<UUID> ids = TryOnBooks.sessionIds(connection, store.storeId());
        List<UUID> completed = new ArrayList<>();
        for (int session = 0; session < ids.size(); session++) {
            if (states.get(session).equals("completed")) {
                completed.add(ids.get(session));
            } else {
                assertThat(states.get(session)).startsWith("failed").contains("refunded");
            }
        }
        assertThat(completed).containsExactlyInAnyOrderElementsOf(created);
        assertThat(store.balance()).isEqualTo(credits - created.size());
        assertThat(LedgerConsistency.disagreements(connection, List.of(store.storeId())))
                .isEmpty();
    }

    private void run(int number) {
        try {
            while (!ended) {
                tryOn(number);
                LockSupport.parkNanos(BETWEEN_TRY_ONS.toNanos());
            }
        } catch (RuntimeException | Error failed) {
            wrong.add(failed);
        }
    }

    private void tryOn(int number) {
        AtomicInteger turn = new AtomicInteger(number);
        String key = UUID.randomUUID().toString();
        Map<String, ?> body = Map.of("age_verified", true, "image_urls", images);
        String id = repeat(() -> gateway(turn).post("/api/v1/generation/create", body, "Idempotency-Key", key))
                .expect(201)
                .data()
                .get("session_id")
                .textValue();
        created.add(UUID.fromString(id));
        long giveUp = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            var session = repeat(() -> gateway(turn).get("/api/v1/generation/" + id))
                    .expect(200)
                    .data();
            String status = session.get("status").textValue();
            if (status.equals("completed")) {
                String url = session.get("generated_image_url").textValue();
                String path = url.substring(url.indexOf('/', "http://".length()));
                repeat(() -> gateway(turn).withKey(null).get(path)).expect(200);
                downloaded.incrementAndGet();
                return;
            }
            assertThat(status).as(session.toString()).isIn("queued", "processing");
            assertThat(System.nanoTime()).as(id + " is " + status).isLessThan(giveUp);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private ApiClient gateway(AtomicInteger turn) {
        String url = gateways.get(Math.floorMod(turn.getAndIncrement(), gateways.size()));
        return ApiClient.of(url).within(CALL).checkedBy(contract).withKey(store.apiKey());
    }

    private ApiReply repeat(Supplier<ApiReply> call) {
        long giveUp = System.nanoTime() + REPEATS.toNanos();
        while (true) {
            String answer;
            try {
                ApiReply reply = call.get();
                if (reply.status() != 503 && reply.status() != 409) {
                    return reply;
                }
                answer = reply.status() + " " + reply.json().at("/error/code").asText();
            } catch (UncheckedIOException none) {
                if (abandoned) {
                    throw none;
                }
                answer = "no answer";
            }
            repeated.computeIfAbsent(answer, unused -> new AtomicInteger()).incrementAndGet();
            assertThat(System.nanoTime())
                    .as("repeated for " + REPEATS + ": " + answer)
                    .isLessThan(giveUp);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
