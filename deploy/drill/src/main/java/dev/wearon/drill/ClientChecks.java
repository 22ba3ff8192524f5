package dev.wearon.drill;

import java.util.List;

/** Compares the answers that the clients got ({@link ObservationTables}) with the database. */
final class ClientChecks {

    private static final Check SESSION_EXISTS = new Check(
            "every session id of a 201 is a session of that store",
            "SELECT count(DISTINCT session_id) FROM observed_acknowledged",
            """
            SELECT format('%s got 201 for session %s, which does not exist', name, session_id)
              FROM (SELECT DISTINCT name, store_id, session_id FROM observed_acknowledged) AS answer
             WHERE NOT EXISTS (
                   SELECT
                     FROM generation.store_generation_sessions AS session
                    WHERE session.id = answer.session_id AND session.store_id = answer.store_id)
            """);

    private static final Check FINAL_ANSWER = new Check(
            "a client that retries with a key gets 201 or 402 in the end",
            "SELECT count(*) FROM observed_try_ons WHERE kind IN ('RETRYING', 'REPEATING')",
            """
            SELECT format('%s never got a final answer', name)
              FROM observed_try_ons
             WHERE kind IN ('RETRYING', 'REPEATING') AND ended NOT IN ('ACKNOWLEDGED', 'REFUSED')
            """);

    private static final Check REPLAY = new Check(
            "a repeat after 201 gets the same session id and Idempotency-Replayed",
            "SELECT count(*) FROM observed_repeated",
            """
            SELECT format('%s got %s first and then %s%s',
                          name, first, again, CASE WHEN replayed THEN '' ELSE ', without Idempotency-Replayed' END)
              FROM observed_repeated
             WHERE first <> again OR NOT replayed
            """);

    private static final Check ONE_SESSION_ID = new Check(
            "all 201 answers for one key have the same session id",
            "SELECT count(DISTINCT name) FROM observed_acknowledged",
            """
            SELECT format('%s got 201 for the sessions %s', name, array_agg(DISTINCT session_id))
              FROM observed_acknowledged
             GROUP BY name
            HAVING count(DISTINCT session_id) > 1
            """);

    private static final Check KEY_ROW =
            new Check("the row of an idempotency key has the session id of its 201", """
            SELECT count(*) FROM generation.idempotency_keys AS key_row
             WHERE EXISTS (SELECT FROM observed_acknowledged AS answer WHERE answer.name = key_row.key)
            """, """
            SELECT format('the row of key %s has session %s, and its 201 had %s', key_row.key, key_row.session_id, answer.session_id)
              FROM generation.idempotency_keys AS key_row
              JOIN observed_acknowledged AS answer ON answer.name = key_row.key AND answer.store_id = key_row.store_id
             WHERE key_row.session_id <> answer.session_id
            """);

    private static final Check ONE_SESSION = new Check(
            "one key has at most one session that did not fail, and one charge that was not released",
            "SELECT count(*) FROM observed_try_ons",
            """
            SELECT format('%s has %s sessions that did not fail and %s charges that were not released', name, not_failed, not_released)
              FROM (SELECT try_on.name,
                           count(*) FILTER (WHERE session.status <> 'failed') AS not_failed,
                           count(*) FILTER (WHERE charge.status = 'charged') AS not_released
                      FROM observed_try_ons AS try_on
                      JOIN generation.store_generation_sessions AS session
                        ON split_part(session.request_id, '.', 1) = try_on.name
                      LEFT JOIN credits.charges AS charge ON charge.id = session.id
                     GROUP BY try_on.name) AS counted
             WHERE not_failed > 1 OR not_released > 1
            """);

    private static final Check REFUSALS = new Check(
            "invalid input gets 400, an empty wallet 402, and both change nothing",
            "SELECT count(*) FROM observed_refused",
            """
            SELECT format('%s must get %s and got %s', name, expected, got)
              FROM observed_refused WHERE expected <> got
            UNION ALL
            SELECT format('%s was refused and has the session %s (%s)', refused.name, session.id, session.status)
              FROM observed_refused AS refused
              JOIN generation.store_generation_sessions AS session
                ON split_part(session.request_id, '.', 1) = refused.name
            """);

    private static final Check CANCELLED = new Check(
            "a cancelled session has ended, and keeps the status that the answer had",
            "SELECT count(*) FROM observed_cancelled",
            """
            SELECT format('%s: the cancel of session %s was answered with %s, and it is %s',
                          name, session_id, answer.status, COALESCE(session.status, 'missing'))
              FROM observed_cancelled AS answer
              LEFT JOIN generation.store_generation_sessions AS session ON session.id = session_id
             WHERE answer.status NOT IN ('completed', 'failed') OR session.status IS DISTINCT FROM answer.status
            """);

    private ClientChecks() {}

    static List<Check> all() {
        return List.of(SESSION_EXISTS, FINAL_ANSWER, REPLAY, ONE_SESSION_ID, KEY_ROW, ONE_SESSION, REFUSALS, CANCELLED);
    }
}
