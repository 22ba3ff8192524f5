package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import dev.wearon.processes.PostgresAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;

/** The sessions that wait, in the tables of generation-service as its own migrations make them. */
final class WaitingLine implements AutoCloseable {

    private static final String MIGRATIONS = "generation-service/src/main/resources/db/migration";

    /** What is dead stays: the benchmark shows what a claim costs when no vacuum comes. */
    private static final String NO_VACUUM = """
            ALTER TABLE generation.store_generation_sessions SET (autovacuum_enabled = off);
            ALTER TABLE generation.store_turns SET (autovacuum_enabled = off);
            """;

    /** Store after store, each with all that it has: whoever goes by age serves the stores one after the other. */
    private static final String FILL = """
            SET session_replication_role = replica;
            TRUNCATE generation.store_generation_sessions, generation.store_turns, generation.store_analytics_events;
            INSERT INTO generation.store_generation_sessions (
                   id, store_id, model_image_url, outfit_image_url, prompt_system, image_urls, image_paths, request_id,
                   created_at, lease_until)
            SELECT gen_random_uuid(), md5((n / %2$d)::text)::uuid, url, url, 'Show the person wearing the garment.',
                   ARRAY[url, url], ARRAY[path, path], 'req_' || n, moment, moment
              FROM generate_series(0, %1$d * %2$d - 1) AS n,
                   LATERAL (SELECT format('stores/%%s/uploads/%%s.jpg', md5((n / %2$d)::text)::uuid, n)) AS object (path),
                   LATERAL (SELECT 'http://127.0.0.1:8080/' || path, now() - interval '5 minutes' + n * interval '1 ms')
                        AS made (url, moment);
            INSERT INTO generation.store_turns (store_id)
            SELECT DISTINCT store_id FROM generation.store_generation_sessions;
            SET session_replication_role = DEFAULT;
            """;

    private static final String TIDY = "VACUUM (ANALYZE) generation.store_generation_sessions, generation.store_turns";

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

    private static final String CLAIMED = """
            SELECT count(*), COALESCE(max(attempts), 0)
              FROM generation.store_generation_sessions
             WHERE status = 'completed'
            """;
    private static final String APART = """
            SELECT max(served) - min(served)
              FROM (SELECT count(*) FILTER (WHERE status = 'completed') AS served
                      FROM generation.store_generation_sessions
                     GROUP BY store_id) AS store
            """;

    private final Connection superuser;

    WaitingLine(TestBed bed, Path root) throws SQLException, IOException {
        superuser = connect(bed.superuser());
        try (Connection service = connect(bed.address(TestBed.GENERATION));
                Statement statement = service.createStatement()) {
            for (Path migration : migrations(root.resolve(MIGRATIONS))) {
                statement.execute(Files.readString(migration));
            }
            statement.execute(NO_VACUUM);
        }
    }

    /** In Flyway's order: the numbered ones by their numbers, then the repeatable ones by their names. */
    private static List<Path> migrations(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted(Comparator.comparing((Path file) -> !name(file).startsWith("V"))
                            .thenComparing(WaitingLine::number)
                            .thenComparing(WaitingLine::name))
                    .toList();
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static int number(Path file) {
        return name(file).startsWith("V") ? Integer.parseInt(name(file).replaceAll("V(\\d+)__.*", "$1")) : 0;
    }

    /** As many as the plan wants, all of them waiting, and nothing dead between them. */
    void fill(int stores) throws SQLException {
        try (Statement statement = superuser.createStatement()) {
            statement.execute(FILL.formatted(stores, ClaimPlan.WAITING_EACH));
            statement.execute(TIDY);
        }
    }

    /** Claims and completes so many, each in a transaction of its own, without waiting for the disk. */
    void claim(ClaimSide side, int claims) throws SQLException {
        try (Statement statement = superuser.createStatement()) {
            statement.execute("SET synchronous_commit = off");
            statement.execute(CLAIM_AND_COMPLETE.formatted(claims, side.statement()));
        }
    }

    /** @throws UserError unless exactly so many sessions were claimed and completed, each claimed once */
    void check(long claims) throws SQLException, UserError {
        try (Statement statement = superuser.createStatement();
                ResultSet row = statement.executeQuery(CLAIMED)) {
            row.next();
            if (row.getLong(1) != claims || row.getInt(2) > 1) {
                throw new UserError(
                        "%,d claims were answered, and %,d sessions were completed, after up to %d claims each."
                                .formatted(claims, row.getLong(1), row.getInt(2)),
                        "none; this is a fault of the claim or of the benchmark");
            }
        }
    }

    /** By how many sessions the store that was served most is ahead of the one that was served least. */
    int apart() throws SQLException {
        try (Statement statement = superuser.createStatement();
                ResultSet row = statement.executeQuery(APART)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static Connection connect(PostgresAddress address) throws SQLException {
        return DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties());
    }

    @Override
    public void close() throws SQLException {
        superuser.close();
    }
}
