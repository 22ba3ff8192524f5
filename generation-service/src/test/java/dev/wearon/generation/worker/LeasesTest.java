package dev.wearon.generation.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.channels.Stores;
import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.generation.sessions.Sessions;
import dev.wearon.generation.worker.AttemptResult.Failed;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Claims and leases on the real table. */
@QuarkusTest
@WithNeighbours
class LeasesTest {

    private static final Instant LATER = Instant.now().plusSeconds(60);

    @Inject
    Leases leases;

    @Inject
    Sessions sessions;

    @Inject
    MeterRegistry metrics;

    @Inject
    Vertx vertx;

    /** Otherwise workers of other tests would claim these sessions. */
    @AfterEach
    void deleteClaimableSessions() {
        Rows.update("DELETE FROM generation.store_generation_sessions"
                + " WHERE prompt_system = 'prompt' AND status IN ('queued', 'processing')");
    }

    /** Calls of one tick of the event loop share a statement. */
    @Test
    void claimsForManyWorkersInOneTransactionByTurns() throws Exception {
        deleteClaimableSessions();
        List<Owner> stores = Stream.generate(Stores::any).limit(3).toList();
        stores.forEach(store -> IntStream.range(0, 4).forEach(n -> Rows.session(store.id(), "queued", 0, "0")));
        List<Optional<Claim>> claims = together(14).get();

        List<Claim> claimed = claims.stream().flatMap(Optional::stream).toList();
        assertThat(claimed).hasSize(12);
        assertThat(claimed).extracting(Claim::sessionId).doesNotHaveDuplicates();
        assertThat(claimed).extracting(Claim::leaseOwner).doesNotHaveDuplicates();
        for (int round = 0; round < 4; round++) {
            assertThat(claimed.subList(3 * round, 3 * round + 3))
                    .extracting(claim -> claim.owner().id())
                    .containsExactlyInAnyOrderElementsOf(
                            stores.stream().map(Owner::id).toList());
        }
        assertThat(Rows.value(
                        "SELECT count(DISTINCT xmin::text) FROM generation.store_generation_sessions"
                                + " WHERE status = 'processing' AND store_id = ANY (string_to_array(?, ',')::uuid[])",
                        stores.stream().map(store -> store.id().toString()).collect(Collectors.joining(","))))
                .isEqualTo("1");
    }

    /** A place that is told is the place in which the session is claimed, as long as nothing is added. */
    @Test
    void claimsInTheOrderOfTheQueuePositions() throws Exception {
        deleteClaimableSessions();
        assertThat(together(1).get()).as("who waits no more leaves the line").containsExactly(Optional.empty());
        List<Owner> stores = Stream.generate(Stores::any).limit(3).toList();
        Map<UUID, Owner> queued = new HashMap<>();
        for (int of = 0; of < 3; of++) {
            // One store has two sessions, one three, and one four.
            for (int n = 0; n < 2 + of; n++) {
                queued.put(Rows.session(stores.get(of).id(), "queued", 0, "0"), stores.get(of));
            }
        }
        // From now on it is known whose turn is next.
        together(3).get().stream().flatMap(Optional::stream).forEach(claim -> queued.remove(claim.sessionId()));
        Map<UUID, Integer> places = new HashMap<>();
        queued.forEach((id, owner) -> places.put(id, queuePosition(id, owner).orElseThrow()));

        List<UUID> claimed = together(7).get().stream()
                .flatMap(Optional::stream)
                .map(Claim::sessionId)
                .toList();
        assertThat(claimed).hasSize(6);
        assertThat(claimed.subList(0, 3)).extracting(places::get).containsExactly(1, 2, 3);
        // The shortest line has ended by then, which a place does not know: it is never too early.
        assertThat(claimed)
                .allSatisfy(id -> assertThat(places.get(id)).isGreaterThanOrEqualTo(claimed.indexOf(id) + 1));
        assertThat(queuePosition(claimed.getFirst(), queued.get(claimed.getFirst())))
                .isEmpty();
    }

    private double badImages() {
        return metrics.get("wearon.sessions.failed")
                .tag("code", FailureCode.BAD_IMAGE.name())
                .counter()
                .count();
    }

    private Optional<Integer> queuePosition(UUID id, Owner owner) {
        return sessions.find(id, owner)
                .map(Optional::orElseThrow)
                .chain(session -> sessions.queuePosition(session, owner))
                .await()
                .atMost(Duration.ofSeconds(30));
    }

    /** A session that was handed back, or whose claim was undone, has no lease owner. */
    @Test
    void tellsWhichSessionADeadWorkerLeft() throws Exception {
        deleteClaimableSessions();
        UUID store = Stores.any().id();
        UUID left = Rows.session(store, "processing", 1, "-1 second");
        Rows.update(
                "UPDATE generation.store_generation_sessions"
                        + " SET lease_owner = 'dead', created_at = now() - interval '1 minute' WHERE id = ?",
                left);
        Rows.session(store, "processing", 1, "-1 second");
        Rows.session(store, "queued", 0, "0");
        List<Claim> claimed =
                together(3).get().stream().flatMap(Optional::stream).toList();

        assertThat(claimed).hasSize(3);
        assertThat(claimed).filteredOn(Claim::takenOver).singleElement().satisfies(claim -> {
            assertThat(claim.sessionId()).isEqualTo(left);
            assertThat(claim.age()).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2));
        });
    }

    /** Fifty attempts end in one tick; one of them was taken over, and another names a foreign owner. */
    @Test
    void writesManyResultsInOneTransactionAndRefusesEachAlone() throws Exception {
        List<Claim> claims =
                IntStream.range(0, 50).mapToObj(n -> held("first-" + n, 1)).toList();
        takenOver(claims.get(7), "second", 2);
        Claim seen = claims.get(8);
        Claim foreign = new Claim(
                seen.sessionId(),
                Stores.any(),
                seen.leaseOwner(),
                1,
                false,
                Duration.ZERO,
                seen.imagePaths(),
                seen.prompt(),
                seen.garmentType(),
                seen.requestId(),
                Optional.empty(),
                seen.details());
        long completed = metrics.get("wearon.sessions.completed").timer().count();
        double badImages = badImages();
        List<Boolean> written = together(IntStream.range(0, 50)
                        .mapToObj(n -> n % 2 == 0
                                ? leases.fail(
                                        n == 8 ? foreign : claims.get(n), new Failed(FailureCode.BAD_IMAGE, "broken"))
                                : leases.complete(claims.get(n), "path-" + n, LATER, Duration.ofMillis(n)))
                        .toList())
                .get();

        assertThat(IntStream.range(0, 50).filter(n -> !written.get(n))).containsExactly(7, 8);
        assertThat(badImages() - badImages).isEqualTo(24);
        // A worker may complete a session of another test.
        assertThat(metrics.get("wearon.sessions.completed").timer().count()).isGreaterThanOrEqualTo(completed + 24);
        assertThat(row(claims.get(7), "status || lease_owner")).isEqualTo("processingsecond");
        assertThat(row(claims.get(8), "status")).isEqualTo("processing");
        assertThat(row(claims.get(9), "concat_ws(' ', status, generated_image_url, processing_time_ms, error_code)"))
                .isEqualTo("completed path-9 9");
        assertThat(row(
                        claims.get(10),
                        "concat_ws(' ', status, generated_image_url, error_code, completed_at <= now())"))
                .isEqualTo("failed BAD_IMAGE t");
        assertThat(Rows.value(
                        "SELECT count(DISTINCT xmin::text) FROM generation.store_generation_sessions"
                                + " WHERE status IN ('completed', 'failed') AND id = ANY (string_to_array(?, ',')::uuid[])",
                        claims.stream()
                                .map(claim -> claim.sessionId().toString())
                                .collect(Collectors.joining(","))))
                .isEqualTo("1");
    }

    private CompletableFuture<List<Optional<Claim>>> together(int workers) {
        return together(IntStream.range(0, workers)
                .mapToObj(n -> leases.claim(Stores.B2B, Duration.ofMinutes(1), 3))
                .toList());
    }

    private <T> CompletableFuture<List<T>> together(List<Uni<T>> calls) {
        CompletableFuture<List<T>> answers = new CompletableFuture<>();
        vertx.getOrCreateContext().runOnContext(tick -> Uni.join()
                .all(calls)
                .andFailFast()
                .subscribe()
                .with(answers::complete, answers::completeExceptionally));
        return answers;
    }

    @Test
    void refusesWritesOfAnAttemptThatWasTakenOver() {
        Claim first = held("first", 1);
        Claim second = takenOver(first, "second", 2);

        assertRefused(first);
        assertThat(await(leases.renew(second, Duration.ofMinutes(1)))).isTrue();
        assertThat(await(leases.complete(second, "p", LATER, Duration.ZERO))).isTrue();
        assertRefused(second);
    }

    /** Both attempts have the same number, so only the lease owner distinguishes them. */
    @Test
    void refusesWritesOfAnUndoneAttemptWithTheSameNumber() {
        Claim first = held("first", 1);
        assertThat(await(leases.undo(first))).isTrue();
        assertThat(row(first, "attempts || ' ' || (lease_until <= now()) || ' ' || (lease_owner IS NULL)"))
                .isEqualTo("0 true true");

        assertRefused(first);
        Claim second = takenOver(first, "second", 1);
        assertRefused(first);
        assertThat(await(leases.complete(second, "p", LATER, Duration.ZERO))).isTrue();
    }

    @Test
    void doesNotRenewALeaseThatWasHandedBack() {
        Claim claim = held("first", 1);
        assertThat(await(leases.handBack(claim, Duration.ZERO))).isTrue();
        assertRefused(claim);
        assertThat(row(claim, "lease_until <= now()")).isEqualTo("t");
    }

    @Test
    void doesNotRenewTheLeaseOfAFailedSession() {
        Claim claim = held("first", 1);
        assertThat(await(leases.fail(claim, new Failed(FailureCode.DEADLINE, "late"))))
                .isTrue();
        assertRefused(claim);
    }

    private void assertRefused(Claim claim) {
        String before = row(claim, "s::text");
        assertThat(await(leases.renew(claim, Duration.ofMinutes(5)))).isFalse();
        assertThat(await(leases.complete(claim, "p", LATER, Duration.ZERO))).isFalse();
        assertThat(await(leases.fail(claim, new Failed(FailureCode.INTERNAL, "fault"))))
                .isFalse();
        assertThat(await(leases.handBack(claim, Duration.ZERO))).isFalse();
        assertThat(await(leases.undo(claim))).isFalse();
        assertThat(row(claim, "s::text")).isEqualTo(before);
    }

    private static Claim held(String owner, int attempt) {
        Owner store = Stores.any();
        Claim unowned = new Claim(
                Rows.session(store.id(), "processing", 0, "1 minute"),
                store,
                owner,
                attempt,
                false,
                Duration.ZERO,
                List.of("p"),
                "prompt",
                Optional.empty(),
                "r",
                Optional.empty(),
                Map.of());
        return takenOver(unowned, owner, attempt);
    }

    private static Claim takenOver(Claim claim, String owner, int attempt) {
        Rows.update(
                "UPDATE generation.store_generation_sessions"
                        + " SET attempts = ?, lease_owner = ?, lease_until = now() + interval '1 minute' WHERE id = ?",
                attempt,
                owner,
                claim.sessionId());
        return new Claim(
                claim.sessionId(),
                claim.owner(),
                owner,
                attempt,
                false,
                Duration.ZERO,
                List.of("p"),
                "prompt",
                Optional.empty(),
                "r",
                Optional.empty(),
                Map.of());
    }

    private static String row(Claim claim, String what) {
        return Rows.value(
                "SELECT %s FROM generation.store_generation_sessions s WHERE id = ?".formatted(what),
                claim.sessionId());
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }
}
