package dev.wearon.bench.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.bench.loop.Sql;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.services.Rig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fills the tables of the services. */
class HistoryTest {

    private static final int QUEUED = 30;
    private static final int FINISHED = 2_000;
    private static final int FAILED = FINISHED / 50;

    @TempDir
    private static Path folder;

    private static final int GRANTED = 100;

    private static final String OPEN = """
            INSERT INTO credits.stores (id) VALUES ('%1$s');
            UPDATE credits.store_credits SET balance = %2$d, total_purchased = %2$d WHERE store_id = '%1$s';
            INSERT INTO credits.store_credit_transactions (store_id, amount, type, request_id, balance_after)
            VALUES ('%1$s', %2$d, 'purchase', 'grant', %2$d)
            """;

    private static final StringWriter PRINTED = new StringWriter();

    private static Rig rig;
    private static Connection superuser;

    @BeforeAll
    static void fill() throws Exception {
        rig = Rig.in(folder, folder, Map.of());
        for (String service : List.of("credits", "generation")) {
            Path migrations = Path.of("../../" + service + "-service/src/main/resources/db/migration");
            Sql.migrate(rig.database(service), service, "filesystem:" + migrations.toAbsolutePath());
        }
        superuser = rig.connect();
        List<UUID> stores = Stream.generate(UUID::randomUUID).limit(3).toList();
        try (Statement open = superuser.createStatement()) {
            for (UUID store : stores) {
                open.execute(OPEN.formatted(store, GRANTED));
            }
        }
        try (History history = new History(rig.superuser(), stores, new PrintWriter(PRINTED))) {
            history.fillQueued(QUEUED);
            history.fillFinished(FINISHED / 2);
            history.fillFinished(FINISHED);
        }
    }

    @AfterAll
    static void end() throws Exception {
        superuser.close();
        rig.close();
    }

    @Test
    void hasFinishedAndQueuedSessionsOfAllStores() throws Exception {
        assertThat(count("FROM generation.store_generation_sessions WHERE status = 'queued'"))
                .isEqualTo(QUEUED);
        assertThat(count("FROM generation.store_generation_sessions WHERE status = 'completed'"))
                .isEqualTo(FINISHED - FAILED);
        assertThat(
                        count(
                                "FROM generation.store_generation_sessions WHERE status = 'failed' AND released_at IS NOT NULL"))
                .isEqualTo(FAILED);
        assertThat(count("FROM (SELECT store_id FROM generation.store_generation_sessions GROUP BY 1"
                        + " HAVING count(*) > 500) AS store"))
                .isEqualTo(3);
        assertThat(PRINTED.toString()).contains("Filled 30 of 30 queued sessions", "Filled 2,000 of 2,000 finished");
    }

    @Test
    void isOlderThanTheServerAndHasIdsInTheOrderOfTime() throws Exception {
        assertThat(count("FROM generation.store_generation_sessions WHERE created_at >= pg_postmaster_start_time()"))
                .isZero();
        assertThat(count("FROM (SELECT id < lag(id) OVER (ORDER BY created_at) AS before"
                        + " FROM generation.store_generation_sessions) AS session WHERE before"))
                .isZero();
    }

    @Test
    void hasAChargeOfEachSession() throws Exception {
        assertThat(count("""
                        FROM generation.store_generation_sessions AS session
                        JOIN credits.charges AS charge USING (id, store_id)
                       WHERE (session.status = 'failed') = (charge.status = 'released')
                        """)).isEqualTo(FINISHED + QUEUED);
        assertThat(count("FROM generation.store_analytics_events")).isEqualTo(2 * FINISHED + FAILED + QUEUED);
    }

    @Test
    void leavesALedgerThatAddsUpAtEachMovement() throws Exception {
        assertThat(count("""
                        FROM (SELECT balance_after, sum(amount) OVER (PARTITION BY store_id ORDER BY entry_no) AS balance
                                FROM credits.store_credit_transactions) AS movement
                       WHERE balance_after = balance
                        """))
                .isGreaterThan(FINISHED + QUEUED + FAILED)
                .isEqualTo(count("FROM credits.store_credit_transactions"));
        assertThat(count("FROM credits.store_credits WHERE balance = " + GRANTED + " AND total_spent > 500"))
                .isEqualTo(3);
    }

    @Test
    void refusesToFillTheDisk() {
        assertThatCode(() -> History.requireSpace(folder, 0)).doesNotThrowAnyException();
        assertThatThrownBy(() -> History.requireSpace(folder, Integer.MAX_VALUE))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("2,147,483,647 sessions need")
                .hasMessageContaining("--folder");
    }

    private static long count(String from) throws Exception {
        return Sql.numbers(superuser, "SELECT count(*) " + from, 1)[0];
    }
}
