package dev.wearon.drill;

import java.util.List;

/** Compares sessions, charges, ledger movements and events with each other, independent of the answers to clients. */
final class SessionChecks {

    private static final String SESSIONS = "SELECT count(*) FROM generation.store_generation_sessions";
    private static final String COMPLETED = SESSIONS + " WHERE status = 'completed'";
    private static final String FAILED = SESSIONS + " WHERE status = 'failed'";
    private static final String NOT_RELEASED =
            "SELECT count(*) FROM credits.charges WHERE status = 'charged' AND issuer = 'b2b'";

    /** The charge and the ledger movements of each session, of stores' and shoppers' wallets. */
    private static final String MOVEMENTS = """
            WITH movement AS (
                SELECT charge_id, type, amount FROM credits.store_credit_transactions WHERE charge_id IS NOT NULL
                UNION ALL
                SELECT charge_id, type, amount FROM credits.store_shopper_credit_transactions
                 WHERE charge_id IS NOT NULL AND type <> 'clawback'),
            moved AS (
                SELECT session.id, session.store_id, session.status, session.credits_used, session.credits_refunded,
                       session.released_at, session.error_code, charge.status AS charge, charge.store_id AS charged_store, charge.issuer,
                       count(*) FILTER (WHERE movement.type = 'deduction') AS deductions,
                       count(*) FILTER (WHERE movement.type = 'refund') AS refunds,
                       COALESCE(sum(movement.amount), 0) AS sum
                  FROM generation.store_generation_sessions AS session
                  LEFT JOIN credits.charges AS charge ON charge.id = session.id
                  LEFT JOIN movement ON movement.charge_id = session.id
                 GROUP BY session.id, charge.id)
            """;

    private static final Check FINAL_STATE = new Check("every session is completed or failed", SESSIONS, """
            SELECT format('session %s is %s (attempt %s, lease until %s)', id, status, attempts, lease_until)
              FROM generation.store_generation_sessions
             WHERE status NOT IN ('completed', 'failed')
            """);

    private static final Check PAID = new Check(
            "a completed session has one charge that was not released, one deduction, no refund",
            COMPLETED,
            MOVEMENTS + """
            SELECT format('completed session %s: charge %s issued by %s, %s deductions, %s refunds, sum %s',
                          id, COALESCE(charge, 'missing'), COALESCE(issuer, 'no service'), deductions, refunds, sum)
              FROM moved
             WHERE status = 'completed'
               AND (charge IS DISTINCT FROM 'charged' OR charged_store IS DISTINCT FROM store_id
                    OR issuer IS DISTINCT FROM 'b2b' OR deductions <> 1
                    OR refunds <> 0 OR sum <> -credits_used OR released_at IS NOT NULL OR credits_refunded <> 0)
            """);

    private static final Check REFUNDED = new Check(
            "a failed session has a released charge and, if it was deducted, one refund", FAILED, MOVEMENTS + """
            SELECT format('failed session %s (%s): charge %s, %s deductions, %s refunds, sum %s, refunded %s, released %s',
                          id, error_code, COALESCE(charge, 'missing'), deductions, refunds, sum, credits_refunded,
                          COALESCE(released_at::TEXT, 'never'))
              FROM moved
             WHERE status = 'failed'
               AND (charge IS DISTINCT FROM 'released' OR charged_store IS DISTINCT FROM store_id OR deductions > 1
                    OR refunds <> deductions OR sum <> 0 OR released_at IS NULL
                    OR credits_refunded <> deductions * credits_used)
            """);

    private static final Check CHARGES =
            new Check("a charge that was not released belongs to a completed session", NOT_RELEASED, """
            SELECT format('charge %s of store %s was not released, and its session is %s',
                          charge.id, charge.store_id, COALESCE(session.status, 'missing'))
              FROM credits.charges AS charge
              LEFT JOIN generation.store_generation_sessions AS session
                ON session.id = charge.id AND session.store_id = charge.store_id
             WHERE charge.status = 'charged' AND charge.issuer = 'b2b' AND session.status IS DISTINCT FROM 'completed'
            """);

    private static final Check DEADLINES =
            new Check("no session completed after its deadline, and none failed by it before", SESSIONS, """
            SELECT format('session %s is %s (%s) since %s, and its deadline was %s', id, status, error_code, completed_at, deadline_at)
              FROM generation.store_generation_sessions
             WHERE (status = 'completed' AND completed_at > deadline_at)
                OR (error_code = 'DEADLINE' AND completed_at < deadline_at)
            """);

    /** The analytics events record each session independently of its row. */
    private static final Check EVENTS = new Check(
            "a session has one final event, at most one queued event, and one refund event if refunded", SESSIONS, """
            WITH counted AS (
                SELECT (metadata ->> 'session_id')::UUID AS id,
                       count(*) FILTER (WHERE event_type = 'generation_queued') AS queued,
                       count(*) FILTER (WHERE event_type = 'generation_completed') AS completed,
                       count(*) FILTER (WHERE event_type IN ('generation_failed', 'generation_moderation_blocked')) AS failed,
                       count(*) FILTER (WHERE event_type = 'credit_refunded') AS refunded
                  FROM generation.store_analytics_events
                 GROUP BY 1)
            SELECT format('session %s (%s): events queued %s, completed %s, failed %s, refunded %s',
                          session.id, session.status, queued, completed, failed, refunded)
              FROM generation.store_generation_sessions AS session
              LEFT JOIN counted USING (id)
             WHERE (COALESCE(completed, 0), COALESCE(failed, 0)) IS DISTINCT FROM
                   ((session.status = 'completed')::INTEGER::BIGINT, (session.status = 'failed')::INTEGER::BIGINT)
                OR COALESCE(queued, 0) > 1
                OR (COALESCE(queued, 0) = 0 AND session.status <> 'failed')
                OR COALESCE(refunded, 0) <> (session.credits_refunded > 0)::INTEGER
            """);

    private SessionChecks() {}

    static List<Check> all() {
        return List.of(FINAL_STATE, PAID, REFUNDED, CHARGES, DEADLINES, EVENTS);
    }
}
