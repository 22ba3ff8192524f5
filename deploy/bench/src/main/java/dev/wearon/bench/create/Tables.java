package dev.wearon.bench.create;

import dev.wearon.bench.loop.PermitList;
import java.util.List;
import java.util.Map;

/**
 * Where creates leave their rows, in the suite and in the references.
 *
 * @param permits the list in Redis
 * @param history fills the sessions with some that have ended, because the plans for an empty table are others
 * @param acknowledged queries that count the rows of given sessions
 * @param totals queries whose numbers grow by one for each create. Those of the suite read no rows from before the start of
 *     PostgreSQL, because a {@link History} has millions
 * @param disagreeing counts wallets that disagree with their ledger
 * @param empty statements that remove the queued sessions and make the tables as good as new
 */
record Tables(
        String permits,
        String history,
        Map<String, String> acknowledged,
        Map<String, String> totals,
        String disagreeing,
        List<String> empty) {

    static final Tables SUITE = new Tables(
            PermitList.OF_WORKERS,
            """
            INSERT INTO generation.store_generation_sessions (
                   id, store_id, status, model_image_url, outfit_image_url, prompt_system, image_urls, image_paths,
                   request_id, created_at, lease_until, completed_at, generated_image_url, result_published)
            SELECT uuidv7(moment - now()), store, 'completed', url, url, repeat('p', 300), ARRAY[url, url],
                   ARRAY[path, path], 'req_' || n, moment, moment, moment, path, true
              FROM generate_series(1, ?) AS n, unnest(?) AS store,
                   LATERAL (SELECT format('stores/%s/uploads/%s.jpg', store, gen_random_uuid())) AS object (path),
                   LATERAL (SELECT 'http://127.0.0.1:8080/' || path, now() - n * interval '6 hours') AS made (url, moment)
            """,
            Map.of(
                    "sessions of acknowledged creates",
                    "SELECT count(*) FROM generation.store_generation_sessions WHERE id = ANY (?) AND status = 'queued'",
                    "charges of acknowledged creates",
                    "SELECT count(*) FROM credits.charges WHERE id = ANY (?) AND status = 'charged'",
                    "deductions of acknowledged creates",
                    """
                    SELECT count(*) FROM credits.store_credit_transactions
                     WHERE charge_id = ANY (?) AND type = 'deduction'
                    """),
            Map.of(
                    "queued sessions",
                    """
                    SELECT count(*) FROM generation.store_generation_sessions
                     WHERE status = 'queued' AND created_at >= pg_postmaster_start_time()
                    """,
                    "events of queued sessions",
                    """
                    SELECT count(*) FROM generation.store_analytics_events
                     WHERE event_type = 'generation_queued' AND created_at >= pg_postmaster_start_time()
                    """,
                    "standing charges",
                    """
                    SELECT count(*) FROM credits.charges
                     WHERE status = 'charged' AND issuer = 'b2b' AND created_at >= pg_postmaster_start_time()
                    """,
                    "credits spent",
                    "SELECT sum(total_spent) FROM credits.store_credits",
                    "credits deducted",
                    """
                    SELECT -sum(amount) FROM credits.store_credit_transactions
                     WHERE type IN ('deduction', 'refund') AND created_at >= pg_postmaster_start_time()
                    """),
            """
            SELECT count(*)
              FROM credits.store_credits AS wallet
              JOIN (SELECT store_id, sum(amount) AS amount
                      FROM credits.store_credit_transactions
                     WHERE created_at >= pg_postmaster_start_time()
                     GROUP BY store_id) AS ledger USING (store_id)
             WHERE wallet.balance <> ledger.amount
            """,
            List.of(
                    "DELETE FROM generation.store_generation_sessions WHERE created_at >= pg_postmaster_start_time()",
                    """
                    DELETE FROM generation.store_analytics_events
                     WHERE event_type IN ('generation_queued', 'generation_failed', 'credit_refunded')
                       AND created_at >= pg_postmaster_start_time()
                    """,
                    "DELETE FROM generation.idempotency_keys WHERE begun_at >= pg_postmaster_start_time()",
                    // The reconciler would give charges back whose sessions are gone.
                    "UPDATE generation.reconciler_mark SET charges_before = now()",
                    """
                    VACUUM (ANALYZE) generation.store_generation_sessions, generation.store_analytics_events,
                                     generation.idempotency_keys, generation.store_turns, credits.charges,
                                     credits.store_credit_transactions, credits.store_credits
                    """));

    static final Tables PLAIN = new Tables(
            PlainServer.PERMITS,
            """
            INSERT INTO bench_create.sessions (
                   id, store_id, status, image_urls, image_paths, prompt, request_id, created_at)
            SELECT gen_random_uuid(), store, 'completed', ARRAY[url, url], ARRAY[path, path], repeat('p', 300),
                   'req_' || n, now() - n * interval '6 hours'
              FROM generate_series(1, ?) AS n, unnest(?) AS store,
                   LATERAL (SELECT format('stores/%s/uploads/%s.jpg', store, gen_random_uuid())) AS object (path),
                   LATERAL (SELECT 'http://127.0.0.1:8080/' || path) AS made (url)
            """,
            Map.of(
                    "sessions of acknowledged creates",
                    "SELECT count(*) FROM bench_create.sessions WHERE id = ANY (?) AND status = 'queued'",
                    "charges of acknowledged creates",
                    "SELECT count(*) FROM bench_create.charges WHERE id = ANY (?)"),
            Map.of(
                    "queued sessions",
                    "SELECT count(*) FROM bench_create.sessions WHERE status = 'queued'",
                    "charges",
                    "SELECT count(*) FROM bench_create.charges",
                    "credits spent",
                    "SELECT -sum(balance) FROM bench_create.stores"),
            """
            SELECT count(*)
              FROM bench_create.stores AS store
              JOIN (SELECT store_id, min(balance_after) AS lowest FROM bench_create.charges GROUP BY store_id)
                   AS charged ON charged.store_id = store.id
             WHERE store.balance <> charged.lowest
            """,
            List.of(
                    "DELETE FROM bench_create.sessions WHERE status <> 'completed'",
                    "VACUUM (ANALYZE) bench_create.sessions, bench_create.charges, bench_create.stores"));
}
