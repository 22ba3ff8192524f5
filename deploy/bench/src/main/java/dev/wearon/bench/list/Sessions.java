package dev.wearon.bench.list;

import dev.wearon.bench.loop.Sql;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Database;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.Rig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The table of sessions: a quarter of one busy store, the others of 999 stores. Every 50th session failed, every 1,000th at its
 * deadline. Eight of ten were made for a shopper, one of ten for an anonymous token.
 */
final class Sessions implements AutoCloseable {

    static final int MOST = 10_000_000;

    /** The schema without the indexes of the lists. They are made after the rows, as in a suite that is updated. */
    private static final String BEFORE_LISTS = "12";

    private static final String MIGRATIONS = "generation-service/src/main/resources/db/migration";
    /** In all stores. */
    private static final int SESSIONS_OF_SHOPPER = 500;

    private static final int AT_A_TIME = 50_000;
    private static final int PRINTED_EACH = 1_000_000;

    /** With indexes and WAL. */
    private static final long BYTES_EACH = 2_000;

    private static final long MORE_BYTES = 3L << 30;
    private static final long GIB = 1L << 30;

    static final UUID BUSY_STORE = UUID.fromString("00000000-0000-4000-8000-000000000001");

    /** Session {@code n} is the nth before now; the oldest is 300 days old. */
    private static final String FILL = """
            INSERT INTO generation.store_generation_sessions (
                   id, store_id, shopper_email, shopper_token_id, status, model_image_url, outfit_image_url, prompt_system,
                   image_urls, image_paths, request_id, created_at, lease_until, attempts, completed_at,
                   processing_time_ms, generated_image_url, error_code, error_message, released_at, credits_refunded)
            SELECT uuidv7(moment - clock_timestamp()), store,
                   CASE WHEN hash % 10 < 8 THEN 'shopper' || hash % shoppers || '@example.com' END,
                   CASE WHEN hash % 10 = 8 THEN md5('token' || hash % shoppers)::uuid END,
                   CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'completed' END, urls[1], urls[2], repeat('p', 300), urls, paths,
                   'req_' || n, moment, ended, 1, ended, 20000,
                   CASE WHEN n % 50 > 0 THEN format('stores/%s/generated/%s.png', store, n) END,
                   CASE WHEN n % 1000 = 0 THEN 'DEADLINE' WHEN n % 50 = 0 THEN 'MODEL_UNAVAILABLE' END,
                   CASE WHEN n % 50 = 0 THEN 'The picture could not be made right now.' END,
                   CASE WHEN n % 50 = 0 THEN ended END, CASE WHEN n % 50 = 0 THEN 1 ELSE 0 END
              FROM generate_series(?::bigint, ?::bigint, -1) AS n,
                   LATERAL (SELECT hashint8extended(n, 0) & 2147483647,
                                   now() - interval '1 hour' - n * (interval '300 days' / ?::bigint), ?::bigint)
                        AS made (hash, moment, shoppers),
                   LATERAL (SELECT CASE WHEN (hash >> 16) % 4 = 0 THEN ?::uuid
                                        ELSE md5('store' || (hash >> 16) % 999)::uuid END,
                                   moment + interval '20 s') AS more (store, ended),
                   LATERAL (SELECT ARRAY[format('stores/%s/uploads/%s.jpg', store, hash),
                                         format('stores/%s/uploads/%s.jpg', store, hash + 1)]) AS objects (paths),
                   LATERAL (SELECT ARRAY['http://127.0.0.1:8080/' || paths[1], 'http://127.0.0.1:8080/' || paths[2]])
                        AS images (urls)
             ORDER BY n DESC
            """;

    private final Connection superuser;

    private Sessions(Connection superuser) {
        this.superuser = superuser;
    }

    /** Fills the table, then makes the indexes of the lists, and prints how long that takes. */
    static Sessions make(Rig rig, Path root, int total, PrintWriter out) throws SQLException, IOException, UserError {
        requireSpace(rig.folder(), total);
        PostgresAddress database = rig.database("generation");
        String migrations = "filesystem:" + root.resolve(MIGRATIONS);
        Sql.migrate(database, "generation", migrations, BEFORE_LISTS);
        Sessions sessions = new Sessions(Sql.connect(rig.superuser()));
        sessions.fill(total, out);
        long begun = System.nanoTime();
        Sql.migrate(database, "generation", migrations);
        out.printf("Migrated from version %s to the newest in %.1f s%n", BEFORE_LISTS, secondsSince(begun));
        sessions.execute("VACUUM (ANALYZE) generation.store_generation_sessions");
        sessions.execute("CHECKPOINT");
        return sessions;
    }

    private static void requireSpace(Path folder, int sessions) throws IOException, UserError {
        long needed = sessions * BYTES_EACH + MORE_BYTES;
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < needed) {
            throw new UserError(
                    "%,d sessions need %d GiB on the disk of %s, and %d GiB are free."
                            .formatted(sessions, needed / GIB + 1, folder, free / GIB),
                    "choose another disk with --folder, or fewer sessions with --sessions");
        }
    }

    private void fill(int total, PrintWriter out) throws SQLException {
        execute("SET session_replication_role = replica");
        long begun = System.nanoTime();
        try (PreparedStatement fill = superuser.prepareStatement(FILL)) {
            fill.setInt(3, total);
            fill.setInt(4, total / SESSIONS_OF_SHOPPER);
            fill.setObject(5, BUSY_STORE);
            for (int oldest = total; oldest > 0; oldest -= AT_A_TIME) {
                int newest = Math.max(0, oldest - AT_A_TIME) + 1;
                fill.setInt(1, oldest);
                fill.setInt(2, newest);
                fill.executeUpdate();
                int made = total - newest + 1;
                if (made % PRINTED_EACH == 0 || newest == 1) {
                    out.printf("Filled %,d of %,d sessions (%,.0f/s)%n", made, total, made / secondsSince(begun));
                    out.flush();
                }
            }
        }
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    /** The ids of the newest sessions that a condition selects. */
    List<UUID> newest(String condition, int limit) throws SQLException {
        try (Statement statement = superuser.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM generation.store_generation_sessions WHERE "
                        + condition + " ORDER BY created_at DESC, id DESC LIMIT " + limit)) {
            List<UUID> ids = new ArrayList<>();
            while (rows.next()) {
                ids.add(rows.getObject(1, UUID.class));
            }
            return ids;
        }
    }

    /** From now on, PostgreSQL logs the plan of each statement of the service, with its time. */
    void explain() throws SQLException {
        String role = Database.role("generation");
        execute("LOAD 'auto_explain'");
        for (String setting : List.of(
                "session_preload_libraries = 'auto_explain'",
                "auto_explain.log_min_duration = 0",
                "auto_explain.log_analyze = on",
                "auto_explain.log_timing = off",
                "auto_explain.log_buffers = on",
                "auto_explain.log_parameter_max_length = 0")) {
            execute("ALTER ROLE %s SET %s".formatted(role, setting));
        }
        execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '%s'".formatted(role));
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = superuser.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        superuser.close();
    }
}
