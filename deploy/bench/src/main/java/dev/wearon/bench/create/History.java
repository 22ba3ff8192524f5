package dev.wearon.bench.create;

import dev.wearon.bench.loop.Sql;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.PostgresAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Sessions of all stores from before the benchmark, with all that they left elsewhere. It is what a suite holds that made 25,000
 * try-ons on each day: ten million are the 400 days that the retention keeps. All are older than the start of PostgreSQL, by which
 * the {@link Books} tell them from the sessions of the benchmark.
 */
final class History implements AutoCloseable {

    /** The retention deletes older sessions. */
    static final int MOST_FINISHED = 10_000_000;

    static final int MOST_QUEUED = 1_000_000;

    private static final Duration BETWEEN_FINISHED = Duration.ofDays(1).dividedBy(25_000);
    private static final Duration BETWEEN_QUEUED = Duration.ofMillis(10);
    private static final int AT_A_TIME = 25_000;
    private static final int PRINTED_EACH = 500_000;

    /** With indexes, and with everything that a session leaves elsewhere. */
    private static final long BYTES_EACH = 3_600;

    /** WAL, and the sessions of the benchmark. */
    private static final long MORE_BYTES = 4L << 30;

    private static final long GIB = 1L << 30;

    /**
     * Every fiftieth finished session failed and was released. The first movement of each store buys what the others spend, so the
     * balances stay. Queued sessions have no permits; their leases keep the sweeper from pushing some.
     */
    private static final String FILL = """
            WITH given (stores, oldest, newest, apart, waiting) AS (
                SELECT ?::uuid[], ?::bigint, ?::bigint, make_interval(secs => ?), ?::boolean),
            made AS MATERIALIZED (
                SELECT uuidv7(moment - clock_timestamp()) AS id, moment, moment + interval '20 s' AS ended,
                       stores[1 + (hashint8extended(n, 0) & 2147483647) % cardinality(stores)] AS store,
                       CASE WHEN waiting THEN 'queued' WHEN n % 50 = 0 THEN 'failed' ELSE 'completed' END AS status
                  FROM given, generate_series(oldest, newest, -1) AS n,
                       LATERAL (SELECT pg_postmaster_start_time() - interval '1 hour' - n * apart) AS time (moment)),
            spent AS MATERIALIZED (
                SELECT store, min(moment) AS moment, (count(*) FILTER (WHERE status <> 'failed'))::integer AS credits
                  FROM made
                 GROUP BY store),
            sessions AS (
                INSERT INTO generation.store_generation_sessions (
                       id, store_id, status, model_image_url, outfit_image_url, prompt_system, image_urls, image_paths,
                       request_id, created_at, lease_until, attempts, completed_at, processing_time_ms,
                       generated_image_url, result_published, error_code, error_message, released_at, credits_refunded)
                SELECT id, store, status, urls[1], urls[2], repeat('p', 300), urls, paths, 'req_' || id, moment,
                       CASE WHEN status = 'queued' THEN moment + interval '30 days' ELSE ended END,
                       CASE WHEN status = 'queued' THEN 0 ELSE 1 END,
                       CASE WHEN status <> 'queued' THEN ended END,
                       CASE WHEN status <> 'queued' THEN 20000 END,
                       CASE WHEN status = 'completed' THEN format('stores/%s/generated/%s.png', store, id) END, true,
                       CASE WHEN status = 'failed' THEN 'MODEL_UNAVAILABLE' END,
                       CASE WHEN status = 'failed' THEN 'The picture could not be made right now.' END,
                       CASE WHEN status = 'failed' THEN ended END,
                       CASE WHEN status = 'failed' THEN 1 ELSE 0 END
                  FROM made,
                       LATERAL (SELECT ARRAY[format('stores/%s/uploads/%s.jpg', store, gen_random_uuid()),
                                             format('stores/%s/uploads/%s.jpg', store, gen_random_uuid())])
                            AS objects (paths),
                       LATERAL (SELECT ARRAY['http://127.0.0.1:8080/' || paths[1] || signature,
                                             'http://127.0.0.1:8080/' || paths[2] || signature]
                                  FROM (SELECT '?expires=1800000000&key=0a1b2c3d&signature=' || repeat('x', 43))
                                    AS signed (signature)) AS images (urls)
                 ORDER BY moment),
            turns AS (
                INSERT INTO generation.store_turns AS line (store_id)
                SELECT DISTINCT store FROM made WHERE status = 'queued'
                ON CONFLICT (store_id) DO UPDATE SET waiting = true WHERE NOT line.waiting),
            events AS (
                INSERT INTO generation.store_analytics_events (id, store_id, event_type, metadata, created_at)
                SELECT uuidv7(at - clock_timestamp()), store, event,
                       jsonb_build_object('session_id', id, 'request_id', 'req_' || id), at
                  FROM made,
                       LATERAL (VALUES ('generation_queued', moment),
                                       (CASE WHEN status <> 'queued' THEN 'generation_' || status END, ended),
                                       (CASE WHEN status = 'failed' THEN 'credit_refunded' END, ended))
                            AS told (event, at)
                 WHERE event IS NOT NULL AND moment > now() - interval '90 days'
                 ORDER BY at),
            keys AS (
                INSERT INTO generation.idempotency_keys (store_id, key, request_hash, session_id, begun_at)
                SELECT store, id::text, sha256(uuid_send(id)), id, moment
                  FROM made
                 WHERE moment > now() - interval '24 hours'),
            charges AS (
                INSERT INTO credits.charges (
                       id, store_id, wallet_id, paid_by, issuer, amount, status, created_at, released_at)
                SELECT made.id, store, wallet.id, 'pool', 'b2b', 1,
                       CASE WHEN made.status = 'failed' THEN 'released' ELSE 'charged' END, moment,
                       CASE WHEN made.status = 'failed' THEN ended END
                  FROM made JOIN credits.store_credits AS wallet ON wallet.store_id = store
                 ORDER BY moment),
            movements (store, type, amount, charge, moment) AS (
                SELECT store, 'subscription', credits, NULL::uuid, moment FROM spent WHERE credits > 0
                UNION ALL
                SELECT store, 'deduction', -1, id, moment FROM made
                UNION ALL
                SELECT store, 'refund', 1, id, ended FROM made WHERE status = 'failed'),
            ledger AS (
                INSERT INTO credits.store_credit_transactions (
                       id, store_id, amount, type, charge_id, request_id, description, balance_after, created_at)
                SELECT uuidv7(moment - clock_timestamp()), store, amount, type, charge,
                       'req_' || COALESCE(charge, gen_random_uuid()), 'Virtual try-on',
                       wallet.balance + sum(amount) OVER (PARTITION BY store ORDER BY moment, type DESC, charge), moment
                  FROM movements JOIN credits.store_credits AS wallet ON wallet.store_id = store
                 ORDER BY moment, type DESC, charge),
            wallets AS (
                UPDATE credits.store_credits AS wallet
                   SET total_purchased = wallet.total_purchased + spent.credits,
                       total_spent = wallet.total_spent + spent.credits
                  FROM spent
                 WHERE wallet.store_id = spent.store)
            SELECT count(*) FROM made
            """;

    private final Connection superuser;
    private final Object[] stores;
    private final PrintWriter out;
    private int finished;

    /** @param superuser the database, with the migrations of all services done and the wallets of the stores opened */
    History(PostgresAddress superuser, List<UUID> stores, PrintWriter out) throws SQLException {
        this.superuser = Sql.connect(superuser);
        this.stores = stores.toArray();
        this.out = out;
        execute("SET session_replication_role = replica");
        execute("SET work_mem = '64MB'");
    }

    /**
     * Refuses to fill a disk.
     *
     * @param folder where PostgreSQL keeps its data
     */
    static void requireSpace(Path folder, int sessions) throws IOException, UserError {
        long needed = sessions * BYTES_EACH + MORE_BYTES;
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < needed) {
            throw new UserError(
                    "%,d sessions need %d GiB on the disk of %s, and %d GiB are free."
                            .formatted(sessions, needed / GIB + 1, folder, free / GIB),
                    "choose another disk with --folder, or fewer sessions with --finished");
        }
    }

    /** Adds finished sessions until there are so many, each time before the ones that are there. */
    void fillFinished(int total) throws SQLException {
        fill(finished, total, BETWEEN_FINISHED, false);
        finished = total;
    }

    /** Adds queued sessions. Call it once. */
    void fillQueued(int total) throws SQLException {
        fill(0, total, BETWEEN_QUEUED, true);
    }

    /** Each page is written to the WAL whole after a checkpoint, so that each stage begins with one. */
    void checkpoint() throws SQLException {
        execute("CHECKPOINT");
        execute(Books.REPORT_STATISTICS);
    }

    /** Session {@code n} is the nth before the benchmark. They are made in the order of their time. */
    private void fill(int present, int total, Duration apart, boolean queued) throws SQLException {
        long begun = System.nanoTime();
        try (PreparedStatement fill = superuser.prepareStatement(FILL)) {
            fill.setArray(1, superuser.createArrayOf("uuid", stores));
            fill.setDouble(4, apart.toNanos() / 1e9);
            fill.setBoolean(5, queued);
            for (int oldest = total; oldest > present; oldest -= AT_A_TIME) {
                int newest = Math.max(present, oldest - AT_A_TIME) + 1;
                fill.setInt(2, oldest);
                fill.setInt(3, newest);
                fill.execute();
                int made = total - newest + 1;
                if (made % PRINTED_EACH == 0 || newest == present + 1) {
                    out.printf(
                            "Filled %,d of %,d %s sessions (%,.0f/s)%n",
                            made + present,
                            total,
                            queued ? "queued" : "finished",
                            made / ((System.nanoTime() - begun) / 1e9));
                    out.flush();
                }
            }
        }
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
