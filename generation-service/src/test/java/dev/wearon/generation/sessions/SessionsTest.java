package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The transitions of a session, on the real table. No permit is pushed, so that no worker of the service joins in. */
@QuarkusTest
@WithNeighbours
class SessionsTest {

    private static final Instant LATER = Instant.now().plusSeconds(60);

    @Inject
    Sessions sessions;

    @Test
    void refusesTheWriteOfAnAttemptThatWasTakenOver() {
        NewSession session = processing(1, "1 minute");
        Claim first = claim(session, 1);
        Rows.change("UPDATE generation.store_generation_sessions SET attempts = 2 WHERE id = ?", session.id());
        Claim second = claim(session, 2);

        assertThat(await(sessions.complete(first, "p", LATER, Duration.ZERO))).isFalse();
        assertThat(await(sessions.fail(first, FailureCode.INTERNAL))).isFalse();
        assertThat(await(sessions.handBack(first, Duration.ZERO))).isFalse();
        assertThat(await(sessions.complete(second, "p", LATER, Duration.ZERO))).isTrue();
        assertThat(await(sessions.fail(second, FailureCode.INTERNAL))).isFalse();
    }

    @Test
    void answersFromTheRowThatStands() {
        NewSession session = session();
        await(sessions.insertQueued(session));
        assertThat(await(sessions.insertFailedUnlessPresent(session, FailureCode.ABANDONED))
                        .status())
                .isEqualTo(Status.QUEUED);
        NewSession never = session();
        assertThat(await(sessions.insertFailedUnlessPresent(never, FailureCode.ABANDONED))
                        .status())
                .isEqualTo(Status.FAILED);
        assertThatThrownBy(() -> await(sessions.insertQueued(never))).hasMessageContaining("duplicate key");
        await(sessions.failIfQueued(session.id(), session.storeId(), FailureCode.CANCELLED));
    }

    @Test
    void failsBeforeThe201OnlyWhatNoWorkerHas() {
        NewSession session = processing(1, "1 minute");
        assertThat(await(sessions.failIfQueued(session.id(), session.storeId(), FailureCode.QUEUE_UNAVAILABLE)))
                .isFalse();
        await(sessions.fail(claim(session, 1), FailureCode.CANCELLED));
    }

    @Test
    void failsWhatWasTriedAsOftenAsIsAllowed() {
        NewSession session = processing(3, "-1 second");
        assertThat(await(sessions.failLost(3, 10))).isPositive();
        assertThat(await(sessions.find(session.id(), session.storeId()))
                        .orElseThrow()
                        .errorCode())
                .contains("WORKER_LOST");
    }

    @Test
    void failsWhatIsOlderThanTheDeadline() {
        NewSession session = processing(1, "1 minute");
        Rows.change(
                "UPDATE generation.store_generation_sessions SET created_at = now() - interval '11 minutes' WHERE id = ?",
                session.id());
        assertThat(await(sessions.failOverdue(Duration.ofMinutes(10), 10))).isPositive();
        assertThat(await(sessions.find(session.id(), session.storeId()))
                        .orElseThrow()
                        .errorCode())
                .contains("DEADLINE");
    }

    @Test
    void neverMovesBackward() {
        NewSession session = processing(1, "1 minute");
        String statement = "UPDATE generation.store_generation_sessions SET status = 'queued' WHERE id = ?";
        assertThatThrownBy(() -> Rows.change(statement, session.id())).hasMessageContaining("cannot go from");
        await(sessions.fail(claim(session, 1), FailureCode.CANCELLED));
        assertThatThrownBy(() -> Rows.change(statement, session.id())).hasMessageContaining("cannot go from");
    }

    @Test
    void notesARefundOnce() {
        NewSession session = processing(1, "1 minute");
        await(sessions.fail(claim(session, 1), FailureCode.CANCELLED));
        boolean here = await(sessions.markReleased(session.id(), session.storeId(), true));
        boolean again = await(sessions.markReleased(session.id(), session.storeId(), true));
        assertThat(again).isFalse();
        // The refunder of the running service may have been faster; then it noted that nothing had been charged.
        assertThat(await(sessions.find(session.id(), session.storeId()))
                        .orElseThrow()
                        .creditsRefunded())
                .isEqualTo(here ? 1 : 0);
    }

    private NewSession processing(int attempts, String leaseFromNow) {
        NewSession session = session();
        await(sessions.insertQueued(session));
        Rows.change(
                "UPDATE generation.store_generation_sessions SET status = 'processing', attempts = ?,"
                        + " lease_until = now() + ?::interval WHERE id = ?",
                attempts,
                leaseFromNow,
                session.id());
        return session;
    }

    private static Claim claim(NewSession session, int attempt) {
        return new Claim(session.id(), session.storeId(), attempt, session.imagePaths(), session.prompt(), "r");
    }

    private static NewSession session() {
        return new NewSession(
                UuidCreator.getTimeOrderedEpoch(),
                UUID.randomUUID(),
                Optional.empty(),
                List.of("u"),
                List.of("p"),
                "prompt",
                1,
                "r");
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(5));
    }
}
