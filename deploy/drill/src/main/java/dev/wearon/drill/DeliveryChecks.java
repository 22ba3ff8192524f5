package dev.wearon.drill;

import java.util.List;

/** Compares what the stores were told, by event streams and by webhooks, with the sessions. */
final class DeliveryChecks {

    private static final Check STREAMED = new Check(
            "an event of a stream shows a state of a session of that store",
            "SELECT count(*) FROM observed_streamed",
            """
            SELECT format('store %s was shown session %s: %s, version %s; it is %s, version %s',
                          told.store_id, told.session_id, told.status, told.version,
                          COALESCE(session.status, 'missing'), session.version)
              FROM observed_streamed AS told
              LEFT JOIN generation.store_generation_sessions AS session
                ON session.id = told.session_id AND session.store_id = told.store_id
             WHERE session.id IS NULL
                OR told.version > session.version
                OR (told.version = session.version AND told.status <> session.status)
                OR (told.status IN ('completed', 'failed') AND told.status <> session.status)
            """);

    private static final Check WEBHOOK_FOR_EACH =
            new Check("each ended session of a store was told to it by a webhook", """
            SELECT count(*) FROM generation.store_generation_sessions WHERE status IN ('completed', 'failed')
            """, """
            SELECT format('session %s of store %s is %s, and no webhook came', session.id, session.store_id, session.status)
              FROM generation.store_generation_sessions AS session
              JOIN gateway.webhook_endpoints AS endpoint USING (store_id)
             WHERE session.status IN ('completed', 'failed')
               AND NOT EXISTS (
                   SELECT
                     FROM observed_webhooks AS told
                    WHERE told.session_id = session.id AND told.store_id = session.store_id)
            """);

    private static final Check WEBHOOKS = new Check(
            "a webhook tells the end of a session of that store", "SELECT count(*) FROM observed_webhooks", """
            SELECT format('store %s was told that session %s is %s, version %s; it is %s, version %s',
                          told.store_id, told.session_id, told.status, told.version,
                          COALESCE(session.status, 'missing'), session.version)
              FROM observed_webhooks AS told
              LEFT JOIN generation.store_generation_sessions AS session
                ON session.id = told.session_id AND session.store_id = told.store_id
             WHERE session.status IS DISTINCT FROM told.status OR told.version > session.version
            """);

    private DeliveryChecks() {}

    static List<Check> all() {
        return List.of(STREAMED, WEBHOOK_FOR_EACH, WEBHOOKS);
    }
}
