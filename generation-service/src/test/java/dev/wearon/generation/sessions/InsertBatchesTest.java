package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.channels.Stores;
import dev.wearon.generation.sessions.IdempotencyKeys.Key;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Many rows of sessions and keys in one statement. No permit is pushed, so no worker claims the sessions. Calls of one tick of the
 * event loop share a statement.
 */
@QuarkusTest
@WithNeighbours
class InsertBatchesTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int MANY = 50;

    /** The row of each session, whether its event was written by the same transaction, and whether its store waits. */
    private static final String STORED = """
            SELECT concat_ws(' ', session.status, event.event_type, event.metadata ->> 'request_id',
                             event.store_id = session.store_id, event.xmin = session.xmin, line.waiting)
              FROM generation.store_generation_sessions AS session
              LEFT JOIN generation.store_analytics_events AS event ON event.metadata ->> 'session_id' = session.id::text
              LEFT JOIN generation.store_turns AS line ON line.store_id = session.store_id
             WHERE session.id = ANY (string_to_array(?, ',')::uuid[])
             ORDER BY session.request_id
            """;

    private static final String TRANSACTIONS = "SELECT count(DISTINCT xmin::text) FROM"
            + " generation.store_generation_sessions WHERE id = ANY (string_to_array(?, ',')::uuid[])";
    private static final String BACKENDS = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            + " AND query LIKE '%INSERT INTO generation.store_generation_sessions%' AND pid <> pg_backend_pid()";

    private static final String INSERT_QUEUED = """
            INSERT INTO generation.store_generation_sessions (
                id, store_id, model_image_url, prompt_system, image_urls, image_paths, request_id)
            SELECT gen_random_uuid(), store_id::uuid, 'u', 'prompt', '{u}', '{p}', 'r'
              FROM unnest(string_to_array(?, ',')) AS store_id
            """;

    @Inject
    Sessions sessions;

    @Inject
    IdempotencyKeys keys;

    @Inject
    Vertx vertx;

    /** Otherwise workers of other tests would claim these sessions. */
    @AfterEach
    void deleteClaimableSessions() {
        Rows.update("DELETE FROM generation.store_generation_sessions"
                + " WHERE prompt_system = 'prompt' AND status IN ('queued', 'processing')");
    }

    @Test
    void insertsSessionsOfManyStoresWithTheirEventsInOneTransaction() {
        List<NewSession> fifty = sessions(MANY, 7);
        List<Session> rows = all(fifty.stream()
                .map(session -> sessions.insertQueuedUnlessPresent(session))
                .toList());

        assertThat(rows).extracting(Session::id).containsExactlyElementsOf(ids(fifty));
        assertThat(rows).extracting(Session::status).containsOnly(Status.QUEUED);
        assertThat(rows).extracting(Session::imageUrls).containsExactlyElementsOf(imageUrls(fifty));
        assertThat(Rows.values(STORED, joined(fifty)))
                .containsExactlyElementsOf(fifty.stream()
                        .map(session -> "queued generation_queued " + session.requestId() + " t t t")
                        .toList());
        assertThat(Rows.value(TRANSACTIONS, joined(fifty))).isEqualTo("1");
    }

    @Test
    void insertsQueuedAndFailedRowsInOneStatement() {
        List<NewSession> two = sessions(2, 1);
        List<Session> rows = all(List.of(
                sessions.insertQueuedUnlessPresent(two.getFirst()),
                sessions.insertFailedUnlessPresent(two.getLast(), FailureCode.ABANDONED)));
        assertThat(rows).extracting(Session::status).containsExactly(Status.QUEUED, Status.FAILED);
        assertThat(rows.getLast().completedAt()).isPresent();
        assertThat(rows.getLast().errorMessage()).contains(FailureCode.ABANDONED.message());
        assertThat(Rows.values(STORED, joined(two)))
                .containsExactly("queued generation_queued r000 t t t", "failed generation_failed r001 t t t");
    }

    @Test
    void insertsTheOthersWhenOneIsBad() {
        List<NewSession> fifty = new ArrayList<>(sessions(MANY, 7));
        NewSession bad = session("r025", Stores.any(), Collections.nCopies(11, "u"));
        fifty.set(25, bad);
        List<Optional<Session>> rows = all(fifty.stream()
                .map(session -> sessions.insertQueuedUnlessPresent(session)
                        .map(Optional::of)
                        .onFailure()
                        .recoverWithItem(Optional.empty()))
                .toList());
        assertThat(rows.get(25)).isEmpty();
        assertThat(rows).filteredOn(Optional::isPresent).hasSize(MANY - 1);
        assertThat(Rows.values(STORED, joined(fifty)))
                .hasSize(MANY - 1)
                .allMatch(row -> row.matches("queued generation_queued r0\\d\\d t t t"));
    }

    @Test
    void answersTheStoredRowsAndInsertsOnlyNewOnes() {
        List<NewSession> known = sessions(3, 2);
        all(known.stream()
                .map(session -> sessions.insertFailedUnlessPresent(session, FailureCode.ABANDONED))
                .toList());
        NewSession fresh = session("r003", Stores.any(), List.of("u"));
        List<NewSession> again = List.of(known.get(0), fresh, known.get(1), fresh, known.get(2));
        assertThat(all(again.stream()
                        .map(session -> sessions.insertQueuedUnlessPresent(session))
                        .toList()))
                .extracting(Session::status)
                .containsExactly(Status.FAILED, Status.QUEUED, Status.FAILED, Status.QUEUED, Status.FAILED);
        assertThat(Rows.values(STORED, joined(again))).hasSize(4);
    }

    @Test
    void answersNoRowOfAnotherOwner() {
        NewSession session = session("r000", Stores.any(), List.of("u"));
        NewSession foreign = new NewSession(
                session.id(),
                Stores.any(),
                List.of("x"),
                List.of("p"),
                "prompt",
                Optional.empty(),
                1,
                Duration.ofMinutes(10),
                "r001",
                Map.of());
        List<Boolean> answered = all(Stream.of(session, foreign)
                .map(asked -> sessions.insertQueuedUnlessPresent(asked)
                        .map(row -> row.imageUrls().equals(asked.imageUrls()))
                        .onFailure()
                        .recoverWithItem(false))
                .toList());
        assertThat(answered).containsExactly(true, false);
    }

    /** PostgreSQL ends the connection while the statement waits for a lock. */
    @Test
    void insertsEachRowOnceAfterItsConnectionWasClosed() throws Exception {
        List<NewSession> fifty = sessions(MANY, 7);
        CompletableFuture<List<Session>> rows;
        try (Connection connection = Rows.connect();
                Statement lock = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock.execute("LOCK TABLE generation.store_analytics_events IN EXCLUSIVE MODE");
            rows = together(fifty.stream()
                    .map(session -> sessions.insertQueuedUnlessPresent(session))
                    .toList());
            String pid = Await.until(TIMEOUT, () -> Rows.value(BACKENDS), waits -> waits != null);
            lock.execute("SELECT pg_terminate_backend(%s)".formatted(pid));
            Await.until(TIMEOUT, () -> Rows.value(BACKENDS), next -> next != null && !next.equals(pid));
        }
        assertThat(rows.get()).extracting(Session::id).containsExactlyElementsOf(ids(fifty));
        assertThat(Rows.values(STORED, joined(fifty)))
                .hasSize(MANY)
                .allMatch(row -> row.matches("queued generation_queued r0\\d\\d t t t"));
    }

    /** The statement was committed, but its reply was lost. The second try finds the rows. */
    @Test
    void answersWithTheRowsThatWereCommittedWithoutAReply() throws Exception {
        List<NewSession> fifty = sessions(MANY, 7);
        List<Session> rows;
        try (FaultProxy.Fault lost = SuiteServers.faultProxy("postgres")
                .on(fifty.getFirst().id().toString())
                .once()
                .dropReply()) {
            rows = all(fifty.stream()
                    .map(session -> sessions.insertQueuedUnlessPresent(session))
                    .toList());
            lost.awaitMatched(1);
        }
        assertThat(rows).extracting(Session::id).containsExactlyElementsOf(ids(fifty));
        assertThat(Rows.values(STORED, joined(fifty)))
                .hasSize(MANY)
                .allMatch(row -> row.matches("queued generation_queued r0\\d\\d t t t"));
    }

    @Test
    void letsOneOfEqualKeysWin() {
        Owner store = Stores.any();
        List<UUID> ids =
                Stream.generate(UuidCreator::getTimeOrderedEpoch).limit(4).toList();
        Key same = new Key(store, "same", new byte[32]);
        List<Boolean> won = all(List.of(
                keys.insert(same, ids.get(0)),
                keys.insert(new Key(store, "other", new byte[32]), ids.get(1)),
                keys.insert(same, ids.get(2)),
                keys.insert(new Key(Stores.any(), "same", new byte[32]), ids.get(3))));
        assertThat(won.get(0)).isNotEqualTo(won.get(2));
        assertThat(List.of(won.get(1), won.get(3))).containsExactly(true, true);
        assertThat(Rows.values("SELECT session_id FROM generation.idempotency_keys WHERE store_id = ?", store.id()))
                .containsExactlyInAnyOrder(
                        ids.get(won.get(0) ? 0 : 2).toString(), ids.get(1).toString());
        assertThat(all(List.of(keys.insert(same, UuidCreator.getTimeOrderedEpoch()))))
                .as("the key is taken")
                .containsExactly(false);
        assertThat(all(List.of(keys.insert(same, ids.get(won.get(0) ? 0 : 2)))))
                .as("a repeat of the insert that won")
                .containsExactly(true);
    }

    @Test
    void insertsTheOtherKeysWhenOneIsBad() {
        Owner store = Stores.any();
        List<Optional<Boolean>> inserted = all(Stream.of("good", "with space", "better")
                .map(text -> keys.insert(new Key(store, text, new byte[32]), UuidCreator.getTimeOrderedEpoch())
                        .map(Optional::of)
                        .onFailure()
                        .recoverWithItem(Optional.empty()))
                .toList());
        assertThat(inserted).containsExactly(Optional.of(true), Optional.empty(), Optional.of(true));
    }

    /**
     * The first batch waits for a store of another transaction, and the second batch waits for the first. If the first then
     * needed a store that the second has already, PostgreSQL would end one of them.
     */
    @Test
    void doesNotDeadlockWithABatchOfTheSameNewStores() throws Exception {
        List<String> stores = Stream.generate(UUID::randomUUID)
                .limit(3)
                .map(UUID::toString)
                .sorted()
                .toList();
        try (Connection other = Rows.connect()) {
            other.setAutoCommit(false);
            insertQueued(other, stores.get(1));
            CompletableFuture<Integer> first = insertWaiting(1, stores.get(2), stores.get(1), stores.get(0));
            CompletableFuture<Integer> second = insertWaiting(2, stores.get(0), stores.get(2));
            other.commit();
            assertThat(first.get()).isEqualTo(3);
            assertThat(second.get()).isEqualTo(2);
        }
    }

    @Test
    void callsEachTriggerOnceForABatch() throws SQLException {
        try (Connection connection = Rows.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            List<String> plan = new ArrayList<>();
            try (var lines = statement.executeQuery("""
                    EXPLAIN (ANALYZE, COSTS OFF)
                    INSERT INTO generation.store_generation_sessions (
                        id, store_id, model_image_url, prompt_system, image_urls, image_paths, request_id)
                    SELECT gen_random_uuid(), gen_random_uuid(), 'u', 'prompt', '{u}', '{p}', 'r'
                      FROM generate_series(1, 16)
                    """)) {
                while (lines.next()) {
                    plan.add(lines.getString(1));
                }
            }
            connection.rollback();
            assertThat(plan)
                    .filteredOn(line -> line.startsWith("Trigger"))
                    .hasSize(2)
                    .allMatch(line -> line.endsWith("calls=1"));
        }
    }

    /** Returns when {@code waiting} statements wait for a lock. */
    private static CompletableFuture<Integer> insertWaiting(int waiting, String... stores) {
        CompletableFuture<Integer> inserted = CompletableFuture.supplyAsync(
                () -> {
                    try (Connection own = Rows.connect()) {
                        return insertQueued(own, stores);
                    } catch (SQLException failed) {
                        throw new IllegalStateException(failed);
                    }
                },
                Thread::startVirtualThread);
        Await.until(TIMEOUT, () -> Rows.values(BACKENDS), pids -> pids.size() == waiting);
        return inserted;
    }

    private static int insertQueued(Connection connection, String... stores) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT_QUEUED)) {
            statement.setString(1, String.join(",", stores));
            return statement.executeUpdate();
        }
    }

    private static List<NewSession> sessions(int count, int stores) {
        List<Owner> owners = Stream.generate(Stores::any).limit(stores).toList();
        return IntStream.range(0, count)
                .mapToObj(n -> session(
                        "r%03d".formatted(n),
                        owners.get(n % stores),
                        IntStream.rangeClosed(0, n % 4)
                                .mapToObj(i -> "u\"{,}\\" + n + i)
                                .toList()))
                .toList();
    }

    private static NewSession session(String requestId, Owner owner, List<String> urls) {
        return new NewSession(
                UuidCreator.getTimeOrderedEpoch(),
                owner,
                urls,
                urls,
                "prompt",
                Optional.empty(),
                1,
                Duration.ofMinutes(10),
                requestId,
                Map.of());
    }

    private static List<UUID> ids(List<NewSession> sessions) {
        return sessions.stream().map(NewSession::id).toList();
    }

    private static List<List<String>> imageUrls(List<NewSession> sessions) {
        return sessions.stream().map(NewSession::imageUrls).toList();
    }

    private static String joined(List<NewSession> sessions) {
        return String.join(",", ids(sessions).stream().map(UUID::toString).toList());
    }

    private <T> List<T> all(List<Uni<T>> calls) {
        try {
            return together(calls).get();
        } catch (InterruptedException | ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Starts all calls in one tick of the event loop. */
    private <T> CompletableFuture<List<T>> together(List<Uni<T>> calls) {
        CompletableFuture<List<T>> answers = new CompletableFuture<>();
        vertx.getOrCreateContext().runOnContext(tick -> Uni.join()
                .all(calls)
                .andFailFast()
                .subscribe()
                .with(answers::complete, answers::completeExceptionally));
        return answers;
    }
}
