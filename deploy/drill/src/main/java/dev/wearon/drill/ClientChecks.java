package dev.wearon.drill;

import java.util.List;

/** What must hold between what clients were told ({@link ObservationTables}) and what the database holds. */
final class ClientChecks {

    private static final Check STANDS = new Check(
            "5",
            "every session id of a 201 is a session of that store",
            "SELECT count(DISTINCT session_id) FROM seen_acknowledged",
            """
            SELECT format('%s was told 201 for session %s, which is not there', name, session_id)
              FROM (SELECT DISTINCT name, store_id, session_id FROM seen_acknowledged) AS told
             WHERE NOT EXISTS (
                   SELECT
                     FROM generation.store_generation_sessions AS session
                    WHERE session.id = told.session_id AND session.store_id = told.store_id)
            """);

    private static final Check SETTLED = new Check(
            "5",
            "who repeats with a key is told 201 or 402 in the end",
            "SELECT count(*) FROM seen_try_ons WHERE kind IN ('PERSISTENT', 'TWICE')",
            """
            SELECT format('%s was never told how it ended', name)
              FROM seen_try_ons
             WHERE kind IN ('PERSISTENT', 'TWICE') AND ended NOT IN ('ACKNOWLEDGED', 'REFUSED')
            """);

    private static final Check SAME = new Check(
            "7",
            "a repeat after the 201 gets the same id, marked as a repeat",
            "SELECT count(*) FROM seen_repeated",
            """
            SELECT format('%s was told %s first and then %s%s',
                          name, first, again, CASE WHEN marked THEN '' ELSE ', without Idempotency-Replayed' END)
              FROM seen_repeated
             WHERE first <> again OR NOT marked
            """);

    private static final Check ONE_ID = new Check(
            "7", "all 201 to one key name one session", "SELECT count(DISTINCT name) FROM seen_acknowledged", """
            SELECT format('%s was told 201 for the sessions %s', name, array_agg(DISTINCT session_id))
              FROM seen_acknowledged
             GROUP BY name
            HAVING count(DISTINCT session_id) > 1
            """);

    private static final Check KEY_ROW =
            new Check("7", "the row of a key names the session that its 201 named", """
            SELECT count(*) FROM generation.idempotency_keys AS taken
             WHERE EXISTS (SELECT FROM seen_acknowledged AS told WHERE told.name = taken.key)
            """, """
            SELECT format('the key %s stands for session %s, and its 201 named %s', taken.key, taken.session_id, told.session_id)
              FROM generation.idempotency_keys AS taken
              JOIN seen_acknowledged AS told ON told.name = taken.key AND told.store_id = taken.store_id
             WHERE taken.session_id <> told.session_id
            """);

    private static final Check ONE_SESSION = new Check(
            "7",
            "one key has at most one session that did not fail, and one standing charge",
            "SELECT count(*) FROM seen_try_ons",
            """
            SELECT format('%s has %s sessions that did not fail and %s standing charges', name, living, standing)
              FROM (SELECT try_on.name,
                           count(*) FILTER (WHERE session.status <> 'failed') AS living,
                           count(*) FILTER (WHERE charge.status = 'charged') AS standing
                      FROM seen_try_ons AS try_on
                      JOIN generation.store_generation_sessions AS session
                        ON split_part(session.request_id, '.', 1) = try_on.name
                      LEFT JOIN credits.charges AS charge ON charge.id = session.id
                     GROUP BY try_on.name) AS counted
             WHERE living > 1 OR standing > 1
            """);

    private static final Check REFUSED = new Check(
            "13",
            "bad input is told 400, an empty wallet 402, and neither changes anything",
            "SELECT count(*) FROM seen_refused",
            """
            SELECT format('%s had to be told %s and was told %s', name, expected, got)
              FROM seen_refused WHERE expected <> got
            UNION ALL
            SELECT format('%s was refused and has the session %s, %s', refused.name, session.id, session.status)
              FROM seen_refused AS refused
              JOIN generation.store_generation_sessions AS session
                ON split_part(session.request_id, '.', 1) = refused.name
            """);

    private ClientChecks() {}

    static List<Check> all() {
        return List.of(STANDS, SETTLED, SAME, ONE_ID, KEY_ROW, ONE_SESSION, REFUSED);
    }
}
