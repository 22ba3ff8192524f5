package dev.wearon.generation.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.channels.Kiosks;
import dev.wearon.generation.channels.WithKiosks;
import dev.wearon.sql.Statements;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order of turns when owners of two channels wait. No permit is pushed, so no worker claims the sessions. */
@QuarkusTest
@TestProfile(WithKiosks.class)
@WithNeighbours
class TurnsBetweenChannelsTest {

    private static final int ATTEMPTS = 3;
    private static final Duration LEASE = Duration.ofMinutes(1);

    private static final String STORES = "store_generation_sessions";
    private static final String KIOSKS = "kiosk_sessions";

    private static final String QUEUE = """
            INSERT INTO generation.%s (
                id, %s, model_image_url, prompt_system, image_urls, image_paths, request_id, created_at)
            SELECT gen_random_uuid(), owner, 'u', 'prompt', '{u}', '{p}', 'r', now() + n * interval '1 microsecond'
              FROM (SELECT gen_random_uuid() AS owner FROM generate_series(1, ?)) AS owners, generate_series(1, ?) AS n
            """;

    @Inject
    Leases leases;

    @Inject
    Statements statements;

    @Inject
    ClaimBatches claimBatches;

    @Inject
    ResultBatches resultBatches;

    @Inject
    Channels channels;

    @Inject
    Changes changes;

    @Inject
    B2b b2b;

    @BeforeEach
    @AfterEach
    void deleteUnfinishedSessions() {
        for (String sessions : List.of(STORES, KIOSKS)) {
            Rows.update("DELETE FROM generation.%s WHERE status IN ('queued', 'processing')".formatted(sessions));
        }
    }

    @Test
    void servesFewKiosksAlternatelyWithManyStores() {
        queueStores(100, 2);
        queueKiosks(3, 1);
        assertAlternating(channels(claims(6)));
        assertThat(channels(claims(5)))
                .as("when no owner waits in the other channel")
                .containsOnly(B2b.NAME);
    }

    @Test
    void servesFewStoresAlternatelyWithManyKiosks() {
        queueKiosks(100, 2);
        queueStores(3, 1);
        assertAlternating(channels(claims(6)));
        assertThat(channels(claims(5)))
                .as("when no owner waits in the other channel")
                .containsOnly(Kiosks.NAME);
    }

    /** A channel keeps its share although owners that were never served join the other. */
    @Test
    void keepsAChannelsShareWhileNewOwnersJoinTheOther() {
        queueStores(1, 10);
        for (int i = 0; i < 5; i++) {
            queueKiosks(20, 1);
            assertAlternating(channels(claims(2)));
        }
    }

    @Test
    void servesOwnersRoundRobinWithinEachChannel() {
        queueStores(2, 2);
        queueKiosks(2, 2);
        List<Claim> claims = claims(8);
        assertAlternating(channels(claims));
        for (String channel : List.of(B2b.NAME, Kiosks.NAME)) {
            List<UUID> owners = claims.stream()
                    .filter(claim -> channel(claim).equals(channel))
                    .map(claim -> claim.owner().id())
                    .toList();
            assertThat(owners.subList(0, 2)).doesNotHaveDuplicates().isEqualTo(owners.subList(2, 4));
        }
        assertThat(claim()).isEmpty();
    }

    @Test
    void takesTheTurnNumbersOfBothChannelsFromOneSequence() {
        queueStores(1, 2);
        queueKiosks(1, 2);
        List<UUID> owners = claims(2).stream().map(claim -> claim.owner().id()).toList();
        String turns = "SELECT string_agg(owner::text, ',' ORDER BY last_turn) FROM ("
                + "SELECT store_id AS owner, last_turn FROM generation.store_turns WHERE waiting UNION ALL"
                + " SELECT kiosk_id, last_turn FROM generation.kiosk_turns WHERE waiting) AS line WHERE last_turn > 0";
        assertThat(Rows.value(turns)).endsWith(owners.get(0) + "," + owners.get(1));
    }

    @Test
    void writesToTheTableOfTheClaimsChannel() {
        queueKiosks(1, 1);
        Claim claim = claims(1).getFirst();
        assertThat(leases.undo(claim).await().atMost(LEASE)).isTrue();
        Claim again = claims(1).getFirst();
        assertThat(again.sessionId()).isEqualTo(claim.sessionId());
        assertThat(leases.handBack(again, Duration.ofHours(1)).await().atMost(LEASE))
                .isTrue();
        assertThat(Rows.value(
                        "SELECT status || ' ' || (lease_owner IS NULL) FROM generation.kiosk_sessions WHERE id = ?",
                        claim.sessionId()))
                .isEqualTo("processing true");
    }

    /** A claim with a permit of the failing channel fails, so that this permit does not count as surplus. */
    @Test
    void claimsInOneChannelWhileTheOtherFails() {
        queueStores(1, 4);
        withoutKiosks(() -> {
            assertThat(channels(claims(4))).containsOnly(B2b.NAME);
            assertThat(claim()).isEmpty();
            Channel kiosk = channels.byName(Kiosks.NAME).orElseThrow();
            assertThatThrownBy(() -> await(leases.claim(kiosk, LEASE, ATTEMPTS)))
                    .hasMessageContaining("kiosk_sessions");
        });
    }

    /**
     * One of the two claims tried the kiosks first. The claims in the stores' channel stay, although their lease owners are equal.
     */
    @Test
    void undoesClaimsOnlyInTheChannelThatFailed() {
        Leases own = new Leases(statements, channels, claimBatches, resultBatches, changes);
        queueStores(1, 2);
        List<Claim> held = new ArrayList<>();
        withoutKiosks(() -> {
            for (int i = 0; i < 2; i++) {
                held.add(await(own.claim(b2b, LEASE, ATTEMPTS)).orElseThrow());
            }
            await(own.tryUndoUnanswered());
            assertThatThrownBy(() -> await(own.undoUnanswered())).hasMessageContaining("kiosk_sessions");
        });
        for (Claim claim : held) {
            Rows.update("""
                    INSERT INTO generation.kiosk_sessions (
                        id, kiosk_id, status, attempts, lease_owner, lease_until, model_image_url, prompt_system,
                        image_urls, image_paths, request_id)
                    VALUES (gen_random_uuid(), ?, 'processing', 1, ?, now() + interval '1 hour', 'u', 'prompt',
                            '{u}', '{p}', 'r')
                    """, claim.owner().id(), claim.leaseOwner());
        }
        await(own.tryUndoUnanswered());
        assertThat(Rows.value("""
                SELECT count(*) || ' ' || count(*) FILTER (WHERE lease_owner IS NULL AND attempts = 0)
                  FROM generation.kiosk_sessions WHERE kiosk_id = ?
                """, held.getFirst().owner().id())).isEqualTo("2 1");
        assertThat(held).allMatch(claim -> await(own.renew(claim, LEASE)));
    }

    private static void withoutKiosks(Runnable work) {
        Rows.update("ALTER TABLE generation.kiosk_sessions RENAME TO kiosk_sessions_away");
        try {
            work.run();
        } finally {
            Rows.update("ALTER TABLE generation.kiosk_sessions_away RENAME TO kiosk_sessions");
        }
    }

    private static void assertAlternating(List<String> channels) {
        for (int i = 0; i + 1 < channels.size(); i += 2) {
            assertThat(channels.subList(i, i + 2)).containsExactlyInAnyOrder(B2b.NAME, Kiosks.NAME);
        }
        assertThat(Collections.frequency(channels, Kiosks.NAME)).isEqualTo(channels.size() / 2);
    }

    private static void queueStores(int stores, int sessionsEach) {
        Rows.update(QUEUE.formatted(STORES, "store_id"), stores, sessionsEach);
    }

    private static void queueKiosks(int kiosks, int sessionsEach) {
        Rows.update(QUEUE.formatted(KIOSKS, "kiosk_id"), kiosks, sessionsEach);
    }

    private Optional<Claim> claim() {
        return await(leases.claim(b2b, LEASE, ATTEMPTS));
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }

    private List<Claim> claims(int count) {
        return Stream.generate(this::claim)
                .limit(count)
                .map(Optional::orElseThrow)
                .toList();
    }

    private static List<String> channels(List<Claim> claims) {
        return claims.stream().map(TurnsBetweenChannelsTest::channel).toList();
    }

    private static String channel(Claim claim) {
        return claim.owner().channel().name();
    }
}
