package dev.wearon.generation.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.batches.BatchesConfig;
import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.channels.Stores;
import dev.wearon.generation.sessions.SessionEnds;
import dev.wearon.sql.Statements;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of turns, on the real table. No permit is pushed, so no worker claims the sessions. */
@QuarkusTest
@WithNeighbours
class TurnsTest {

    private static final int ATTEMPTS = 3;
    private static final Duration LEASE = Duration.ofMinutes(1);

    private static final String QUEUE = """
            INSERT INTO generation.store_generation_sessions (
                id, store_id, model_image_url, prompt_system, image_urls, image_paths, request_id, created_at)
            SELECT gen_random_uuid(), ?, 'u', 'prompt', '{u}', '{p}', 'r', now() + n * interval '1 microsecond'
              FROM generate_series(1, ?) AS n
            """;
    private static final String EXPIRE_OLDEST = """
            UPDATE generation.store_generation_sessions
               SET status = 'failed', error_code = 'DEADLINE', error_message = 'm', completed_at = now()
             WHERE id IN (SELECT id FROM generation.store_generation_sessions
                           WHERE store_id = ? AND status = 'queued' ORDER BY created_at LIMIT ?)
            """;

    private static final String QUEUE_ONE_EACH = """
            INSERT INTO generation.store_generation_sessions (
                id, store_id, model_image_url, prompt_system, image_urls, image_paths, request_id)
            SELECT gen_random_uuid(), store_id, 'u', 'prompt', '{u}', '{p}', 'r'
              FROM unnest($1::uuid[]) AS store_id
            """;

    @Inject
    Leases leases;

    @Inject
    Statements statements;

    @Inject
    Changes changes;

    @Inject
    Channels channels;

    @Inject
    BatchesConfig batches;

    private final UUID one = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();
    private List<Leases> processes;

    @BeforeEach
    void deleteUnfinishedSessions() {
        processes = processes();
        Rows.update("DELETE FROM generation.store_generation_sessions WHERE status IN ('queued', 'processing')");
    }

    @Test
    void servesASmallStoreBesideALargeOne() {
        queue(one, 100);
        queue(other, 2);
        assertThat(stores(claims(4))).containsExactlyInAnyOrder(one, one, other, other);
    }

    @Test
    void servesStoresRoundRobin() {
        Set<UUID> five = new HashSet<>();
        IntStream.range(0, 5).forEach(n -> five.add(UUID.randomUUID()));
        five.forEach(store -> queue(store, 5));
        List<UUID> round = stores(claims(5));
        assertThat(round).containsExactlyInAnyOrderElementsOf(five);
        assertThat(stores(claims(20)))
                .isEqualTo(Stream.of(round, round, round, round)
                        .flatMap(List::stream)
                        .toList());
        assertThat(claim()).isEmpty();
    }

    @Test
    void takesTheOldestOfAStoreFirst() {
        queue(one, 20);
        String inOrder = "SELECT string_agg(id::text, ',' ORDER BY created_at) FROM"
                + " generation.store_generation_sessions WHERE store_id = ?";
        List<String> claimed =
                claims(20).stream().map(claim -> claim.sessionId().toString()).toList();
        assertThat(String.join(",", claimed)).isEqualTo(Rows.value(inOrder, one));
    }

    @Test
    void givesAStoreThatSendsOneAtATimeItsShare() {
        queue(one, 20);
        claims(3);
        queue(other, 1);
        assertThat(stores(claims(1)))
                .as("a store that was never served comes first")
                .containsExactly(other);
        for (int i = 0; i < 5; i++) {
            queue(other, 1);
            assertThat(stores(claims(2))).containsExactly(one, other);
        }
    }

    @Test
    void keepsTheTurnsOfAStoreWhoseOldestSessionsExpired() {
        queue(one, 50);
        queue(other, 5);
        Rows.update(EXPIRE_OLDEST, one, 40);
        List<UUID> turns = stores(claims(10));
        assertThat(turns.subList(0, 2)).containsExactlyInAnyOrder(one, other);
        assertThat(turns.subList(2, 10))
                .isEqualTo(Stream.generate(() -> turns.subList(0, 2))
                        .limit(4)
                        .flatMap(List::stream)
                        .toList());
    }

    @Test
    void claimsAHandedBackSessionBeforeYoungerOnes() {
        queue(one, 3);
        Claim first = claims(1).getFirst();
        await(leases.handBack(first, Duration.ZERO));
        Claim again = claims(1).getFirst();
        assertThat(again.sessionId()).isEqualTo(first.sessionId());
        assertThat(again.attempt()).isEqualTo(2);

        await(leases.handBack(again, Duration.ofMinutes(1)));
        assertThat(claims(1).getFirst().sessionId()).as("while it waits").isNotEqualTo(first.sessionId());
    }

    @Test
    void skipsSessionsWithoutAttemptsLeftOrWithARunningLease() {
        Rows.session(one, "processing", ATTEMPTS, "1 minute");
        Rows.session(one, "processing", 1, "1 minute");
        UUID lost = Rows.session(one, "processing", ATTEMPTS - 1, "-1 second");
        Claim claim = claims(1).getFirst();
        assertThat(claim.sessionId()).isEqualTo(lost);
        assertThat(claim.attempt()).isEqualTo(ATTEMPTS);
        Rows.update("UPDATE generation.store_generation_sessions SET lease_until = now() WHERE id = ?", lost);
        assertThat(claim()).isEmpty();
    }

    @Test
    void givesEachSessionToOneOfManyConcurrentClaims() {
        List<UUID> ten = Stream.generate(UUID::randomUUID).limit(10).toList();
        ten.forEach(store -> queue(store, 20));
        assertThat(concurrentClaims(200, 16)).doesNotHaveDuplicates().hasSize(200);
        assertThat(claim()).isEmpty();
    }

    /** There are more claims than waiting stores, and every claim gets a session. */
    @Test
    void givesSessionsOfOneStoreToManyConcurrentClaims() {
        queue(one, 200);
        assertThat(concurrentClaims(200, 16)).doesNotHaveDuplicates().hasSize(200);
    }

    /**
     * In each round the stores have no session but are still in the line. A session of each is queued in one statement, while
     * claims remove the stores.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void losesNoSessionThatIsQueuedWhileItsStoreLeavesTheLine(int count) {
        UUID[] stores = Stream.generate(UUID::randomUUID).limit(count).toArray(UUID[]::new);
        for (int i = 0; i < 200; i++) {
            List<Uni<Optional<UUID>>> atOnce = List.of(claimedId(0), queueOneEach(stores), claimedId(1), claimedId(2));
            List<UUID> found = new ArrayList<>(await(Uni.join().all(atOnce).andFailFast()).stream()
                    .flatMap(Optional::stream)
                    .toList());
            for (Optional<Claim> more = claim(); more.isPresent(); more = claim()) {
                found.add(more.get().sessionId());
            }
            assertThat(found).as("race %d", i).hasSize(count).doesNotHaveDuplicates();
        }
    }

    private Uni<Optional<UUID>> queueOneEach(UUID... stores) {
        return statements.run(QUEUE_ONE_EACH, Tuple.of(stores)).map(done -> Optional.empty());
    }

    /** A process puts the claims of its workers into one statement. Claims of several processes run at the same time. */
    private List<Leases> processes() {
        return Stream.generate(() -> new Leases(
                        statements,
                        channels,
                        new ClaimBatches(
                                statements, batches, changes, Duration.ofSeconds(15), new SimpleMeterRegistry()),
                        new ResultBatches(
                                statements,
                                batches,
                                new SessionEnds(new SimpleMeterRegistry()),
                                changes,
                                Duration.ofSeconds(15)),
                        changes))
                .limit(4)
                .toList();
    }

    private Uni<Optional<UUID>> claimedId(int process) {
        return processes
                .get(process % processes.size())
                .claim(Stores.B2B, LEASE, ATTEMPTS)
                .map(claim -> claim.map(Claim::sessionId));
    }

    /** Makes {@code claims} claims, {@code atOnce} at the same time. Returns their sessions. */
    private List<UUID> concurrentClaims(int claims, int atOnce) {
        return Multi.createFrom()
                .range(0, claims)
                .onItem()
                .transformToUni(this::claimedId)
                .merge(atOnce)
                .collect()
                .asList()
                .map(all -> all.stream().flatMap(Optional::stream).toList())
                .await()
                .atMost(Duration.ofSeconds(30));
    }

    private static void queue(UUID store, int sessions) {
        Rows.update(QUEUE, store, sessions);
    }

    private Optional<Claim> claim() {
        return await(leases.claim(Stores.B2B, LEASE, ATTEMPTS));
    }

    private List<Claim> claims(int count) {
        return Stream.generate(this::claim)
                .limit(count)
                .map(Optional::orElseThrow)
                .toList();
    }

    private static List<UUID> stores(List<Claim> claims) {
        return claims.stream().map(claim -> claim.owner().id()).toList();
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }
}
