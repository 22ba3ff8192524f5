package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.LedgerConsistency;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.ApiReply;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.Pictures;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Several creates are in one batch. It is committed, and generation-service dies before all of them have their answers. Each
 * create ends exactly once, by the repeat of its client or by the jobs.
 */
@Tag("thorough")
class BatchCrashIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final int CREDITS = 3;
    private static final int KILLED = 137;
    private static final int MEMBERS = 8;
    private static final String CHARGES = "POST /internal/v1/charges/batch";

    private static final Map<String, String> SETTINGS = Map.of(
            // While a test holds one batch of charges, all other creates wait for the next one.
            "WEARON_BATCHES_IN_FLIGHT", "1",
            "WEARON_CHARGING_RESPONSE_TIMEOUT", "30s",
            "WEARON_SESSIONS_CREATE_BUDGET", "3s",
            "WEARON_SESSIONS_REFUND_EVERY", "1s",
            "WEARON_SESSIONS_RECONCILE_EVERY", "1s",
            "WEARON_MODEL_TIMEOUT", "3s",
            "WEARON_WORKER_LEASE_MARGIN", "1s",
            "WEARON_WORKER_RETRY_DELAY", "500ms",
            "WEARON_WORKER_SWEEPER_EVERY", "1s",
            "WEARON_WORKER_SWEEPER_MIN_AGE", "1s");

    private static final TryOnBooks COMPLETED = new TryOnBooks(
            1,
            List.of("completed"),
            List.of("charged"),
            List.of("deduction -1"),
            List.of("generation_queued", "generation_completed"),
            1);
    private static final TryOnBooks ABANDONED = new TryOnBooks(
            1,
            List.of("failed ABANDONED refunded 1"),
            List.of("released"),
            List.of("deduction -1", "refund 1"),
            List.of("generation_failed", "credit_refunded"),
            0);

    /** What the clients do without a reply. */
    private enum Clients {
        GIVE_UP,
        REPEAT
    }

    private record Member(RepeatingClient shop, String image) {

        UUID store() {
            return shop.storeId();
        }

        Optional<ApiReply> ask(Clients clients) {
            return clients == Clients.REPEAT ? Optional.of(shop.createUntilAnswered(image)) : shop.create(image);
        }
    }

    @TempDir
    static Path folder;

    private static final ExecutorService THREADS =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    private static Rig rig;
    private static FaultProxy credits;
    private static RunningService process;

    @BeforeAll
    static void startNeighbours() throws Exception {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        credits = new FaultProxy("127.0.0.1", rig.start("credits").port());
        rig.start("storage");
    }

    @AfterAll
    static void stop() throws Exception {
        try (Rig toBeClosed = rig;
                FaultProxy proxy = credits) {
            assertThat(Secrets.inLogsBelow(folder, Rig.SIGNING_KEY)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CHARGE, REPEAT",
        "CHARGE, GIVE_UP",
        "INSERT, REPEAT",
        "INSERT, GIVE_UP",
        "PUSH, REPEAT",
        "PUSH, GIVE_UP"
    })
    void everyCreateOfTheBatchEndsOnce(String point, Clients clients) throws Exception {
        List<Member> members = members();
        // The second member of the batch: the first one has its answer when the process dies, the others have none.
        restart(
                clients,
                Map.of(
                        "WEARON_CRASH_AT",
                        point,
                        "WEARON_CRASH_STORE",
                        members.get(2).store().toString()));
        List<CompletableFuture<Optional<ApiReply>>> replies = new ArrayList<>();
        try (Connection connection = rig.connect()) {
            try (var held = credits.on(CHARGES).once().hold()) {
                replies.add(ask(members.getFirst(), clients));
                held.awaitMatched(1);
                members.stream().skip(1).forEach(member -> replies.add(ask(member, clients)));
                Await.until(TIMEOUT, () -> keys(connection, members), count -> count == members.size());
            }
            assertThat(process.awaitExit(TIMEOUT)).isEqualTo(KILLED);
            assertThat(point.equals("CHARGE") ? charged(connection, members) : inserted(connection, members))
                    .as("members whose step was committed before the death")
                    .isGreaterThan(2);

            restart(clients, Map.of());
            for (Member member : members) {
                TryOnBooks books = Await.until(
                        TIMEOUT, () -> TryOnBooks.of(connection, member.store()), found -> ended(found, clients));
                assertThat(member.shop().balance()).isEqualTo(books.equals(COMPLETED) ? CREDITS - 1 : CREDITS);
            }
            for (int n = 0; n < members.size(); n++) {
                List<UUID> sessions =
                        TryOnBooks.sessionIds(connection, members.get(n).store());
                replies.get(n)
                        .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                        .filter(reply -> reply.status() == 201)
                        .ifPresent(created -> assertThat(sessions)
                                .as("acknowledged")
                                .containsExactly(RepeatingClient.sessionId(created)));
            }
            assertThat(LedgerConsistency.disagreements(
                            connection, members.stream().map(Member::store).toList()))
                    .isEmpty();
        }
    }

    /**
     * A client that repeats gets its try-on. Otherwise the jobs complete a session that has its row, and close the others: some
     * members may have come too late for the batch of rows after which the process died.
     */
    private static boolean ended(TryOnBooks books, Clients clients) {
        return books.equals(COMPLETED)
                || clients == Clients.GIVE_UP && books.equals(ABANDONED)
                || clients == Clients.GIVE_UP
                        && books.sessions().isEmpty()
                        && books.charges().isEmpty();
    }

    private static List<Member> members() throws Exception {
        byte[] photo = Pictures.small(Merchant.PERSON);
        List<Member> members = new ArrayList<>();
        for (int n = 0; n < MEMBERS; n++) {
            RepeatingClient shop = RepeatingClient.with(rig, CREDITS);
            members.add(new Member(shop, shop.imageUrl(photo)));
        }
        return members;
    }

    private static CompletableFuture<Optional<ApiReply>> ask(Member member, Clients clients) {
        return CompletableFuture.supplyAsync(() -> member.ask(clients), THREADS);
    }

    private static int keys(Connection connection, List<Member> members) throws SQLException {
        int keys = 0;
        for (Member member : members) {
            keys += TryOnBooks.of(connection, member.store()).keys();
        }
        return keys;
    }

    private static int charged(Connection connection, List<Member> members) throws SQLException {
        int charged = 0;
        for (Member member : members) {
            charged += TryOnBooks.of(connection, member.store()).charges().size();
        }
        return charged;
    }

    private static int inserted(Connection connection, List<Member> members) throws SQLException {
        int inserted = 0;
        for (Member member : members) {
            inserted += TryOnBooks.of(connection, member.store()).sessions().size();
        }
        return inserted;
    }

    /** Where the clients repeat, the reconciler starts too late to help; where they do not, only the jobs recover the try-ons. */
    private static void restart(Clients clients, Map<String, String> crash) throws Exception {
        if (process != null) {
            process.kill();
        }
        Map<String, String> variables = new HashMap<>(SETTINGS);
        variables.put("WEARON_CREDITS_URL", credits.through(rig.url("credits")));
        variables.put("WEARON_SESSIONS_RECONCILE_MIN_AGE", clients == Clients.REPEAT ? "60s" : "4s");
        variables.putAll(crash);
        process = rig.start("generation", variables);
    }
}
