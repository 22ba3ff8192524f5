package dev.wearon.bench.claim;

import dev.wearon.bench.loop.ProcessCosts;
import dev.wearon.bench.loop.Sql;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Database;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.Rig;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** The sessions that wait, in tables that the migrations of generation-service make. */
final class SessionQueue implements AutoCloseable {

    static final String ROLE = Database.role("generation");

    private static final String MIGRATIONS = "generation-service/src/main/resources/db/migration";

    /** Dead rows stay: the benchmark shows what a claim costs without a vacuum. */
    private static final String NO_VACUUM = """
            ALTER TABLE generation.store_generation_sessions SET (autovacuum_enabled = off);
            ALTER TABLE generation.store_turns SET (autovacuum_enabled = off);
            """;

    /** Store after store, each with all of its sessions: oldest first serves one store after the other. */
    private static final String FILL = """
            SET session_replication_role = replica;
            TRUNCATE generation.store_generation_sessions, generation.store_turns, generation.store_analytics_events;
            INSERT INTO generation.store_generation_sessions (
                   id, store_id, model_image_url, outfit_image_url, prompt_system, image_urls, image_paths, request_id,
                   created_at, lease_until)
            SELECT gen_random_uuid(), md5((n / %2$d)::text)::uuid, url, url, 'Show the person wearing the garment.',
                   ARRAY[url], ARRAY[path], 'req_' || n, moment, moment
              FROM generate_series(0, %1$d * %2$d - 1) AS n,
                   LATERAL (SELECT format('stores/%%s/uploads/%%s.jpg', md5((n / %2$d)::text)::uuid, n)) AS object (path),
                   LATERAL (SELECT 'http://127.0.0.1:8080/' || path, now() - interval '5 minutes' + n * interval '1 ms')
                        AS made (url, moment);
            INSERT INTO generation.store_turns (store_id)
            SELECT DISTINCT store_id FROM generation.store_generation_sessions;
            SET session_replication_role = DEFAULT;
            """;

    private static final int SESSIONS_EACH = 100;

    private static final String VACUUM =
            "VACUUM (ANALYZE) generation.store_generation_sessions, generation.store_turns";

    private static final String CLAIM_AND_COMPLETE = """
            DO $do$
            DECLARE
                claimed record;
            BEGIN
                FOR n IN 1..%d LOOP
                    EXECUTE $claim$ %s $claim$ INTO claimed USING 'before', 3600::double precision, 3;
                    UPDATE generation.store_generation_sessions
                       SET status = 'completed', completed_at = now(), generated_image_url = 'path'
                     WHERE id = claimed.id;
                    COMMIT;
                END LOOP;
            END
            $do$
            """;

    /** Otherwise PostgreSQL counts what this connection did within a turn. */
    private static final String REPORT_STATISTICS = "SELECT pg_stat_force_next_flush()";

    private static final String CLAIMED = """
            SELECT count(*), COALESCE(max(attempts), 0)
              FROM generation.store_generation_sessions
             WHERE status IN ('completed', 'failed')
            """;
    private static final String APART = """
            SELECT max(served) - min(served)
              FROM (SELECT count(*) FILTER (WHERE status IN ('completed', 'failed')) AS served
                      FROM generation.store_generation_sessions
                     GROUP BY store_id) AS store
            """;

    private final Connection superuser;
    private final PostgresAddress database;
    private final Map<String, ProcessHandle> processes;
    private final int stores;

    /** How many sessions {@link #fill} creates. */
    int sessions() {
        return stores * SESSIONS_EACH;
    }

    SessionQueue(Rig rig, Path root, int stores) throws SQLException, IOException {
        this.stores = stores;
        database = rig.database("generation");
        processes = ProcessCosts.processes(rig.postgres());
        Sql.migrate(database, "generation", "filesystem:" + root.resolve(MIGRATIONS));
        superuser = Sql.connect(rig.superuser());
        execute(NO_VACUUM);
    }

    PostgresAddress database() {
        return database;
    }

    Map<String, ProcessHandle> processes() {
        return processes;
    }

    /** All sessions wait, and no dead rows lie between them. */
    void fill() throws SQLException {
        execute(FILL.formatted(stores, SESSIONS_EACH));
        execute(VACUUM);
        execute(REPORT_STATISTICS);
    }

    /** Claims and completes {@code claims} sessions, each in its own transaction, without waiting for the disk. */
    void claim(String statement, int claims) throws SQLException {
        execute("SET synchronous_commit = off");
        execute(CLAIM_AND_COMPLETE.formatted(claims, statement));
        execute(REPORT_STATISTICS);
    }

    /** @throws UserError unless exactly so many sessions were claimed and ended, each claimed once */
    void check(long claims) throws SQLException, UserError {
        long[] found = Sql.numbers(superuser, CLAIMED, 2);
        if (found[0] != claims || found[1] > 1) {
            throw new UserError(
                    "%,d claims were answered, and %,d sessions were ended, after up to %d claims each."
                            .formatted(claims, found[0], found[1]),
                    "none; this is a fault of the claim or of the benchmark");
        }
    }

    /** By how many sessions the store that was served most is ahead of the one that was served least. */
    int apart() throws SQLException {
        return (int) Sql.numbers(superuser, APART, 1)[0];
    }

    private void execute(String statements) throws SQLException {
        try (Statement statement = superuser.createStatement()) {
            statement.execute(statements);
        }
    }

    @Override
    public void close() throws SQLException {
        superuser.close();
    }
}
