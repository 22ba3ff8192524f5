package dev.wearon.generation.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.channels.WithKiosks;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the autoscaler of the workers counts, asked by its role. No permit is pushed, so no worker claims the sessions. */
@QuarkusTest
@TestProfile(WithKiosks.class)
@WithNeighbours
class WorkerDemandTest {

    private static final String DEMAND = "SELECT generation.worker_demand()";

    @BeforeEach
    @AfterEach
    void deleteUnfinishedSessions() {
        for (String sessions : List.of("store_generation_sessions", "kiosk_sessions")) {
            Rows.update("DELETE FROM generation.%s WHERE status IN ('queued', 'processing')".formatted(sessions));
        }
    }

    @Test
    void isZeroAndNotNullWithoutSessions() throws SQLException {
        assertThat(demand()).isZero();
    }

    @Test
    void countsSessionsThatWaitOrAreInProgress() throws SQLException {
        UUID store = UUID.randomUUID();
        Rows.session(store, "queued", 0, "0 seconds");
        owned(Rows.session(store, "processing", 1, "1 minute"));
        assertThat(demand()).isEqualTo(2);
    }

    @Test
    void countsASessionWhoseWorkerIsGone() throws SQLException {
        owned(Rows.session(UUID.randomUUID(), "processing", 1, "-1 second"));
        assertThat(demand()).isOne();
    }

    /** During an outage of the image model nearly all sessions are in this state. */
    @Test
    void skipsASessionUntilItsNextAttemptIsDue() throws SQLException {
        UUID session = Rows.session(UUID.randomUUID(), "processing", 1, "1 minute");
        assertThat(demand()).isZero();
        Rows.update("UPDATE generation.store_generation_sessions SET lease_until = now() WHERE id = ?", session);
        assertThat(demand()).isOne();
    }

    @Test
    void countsTheSessionsOfEveryChannel() throws SQLException {
        Rows.session(UUID.randomUUID(), "queued", 0, "0 seconds");
        Rows.update("""
                INSERT INTO generation.kiosk_sessions (
                    id, kiosk_id, model_image_url, prompt_system, image_urls, image_paths, request_id)
                SELECT gen_random_uuid(), gen_random_uuid(), 'u', 'prompt', '{u}', '{p}', 'r'
                  FROM generate_series(1, 2)
                """);
        assertThat(demand()).isEqualTo(3);
    }

    @Test
    void itsRoleReadsNoTable() throws SQLException {
        try (Connection keda = keda()) {
            assertThatThrownBy(() ->
                            keda.createStatement().executeQuery("SELECT id FROM generation.store_generation_sessions"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("permission denied for table");
        }
    }

    private static long demand() throws SQLException {
        try (Connection keda = keda();
                var rows = keda.createStatement().executeQuery(DEMAND)) {
            assertThat(rows.next()).isTrue();
            long demand = rows.getLong(1);
            assertThat(rows.wasNull()).isFalse();
            return demand;
        }
    }

    private static Connection keda() throws SQLException {
        Rows.update("ALTER ROLE wearon_keda PASSWORD 'of-a-test'");
        var superuser = SuiteServers.superuser();
        var keda = superuser.with(superuser.database(), "wearon_keda", "of-a-test");
        return DriverManager.getConnection(keda.jdbcUrl(), keda.jdbcProperties());
    }

    /** A worker has claimed the session. */
    private static void owned(UUID session) {
        Rows.update("UPDATE generation.store_generation_sessions SET lease_owner = 'worker' WHERE id = ?", session);
    }
}
