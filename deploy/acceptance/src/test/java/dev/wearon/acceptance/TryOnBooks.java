package dev.wearon.acceptance;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * The rows of a store's try-ons in the schemas of all services, oldest first.
 *
 * @param keys the number of Idempotency-Keys
 * @param sessions the state of each, for example {@code failed BAD_IMAGE refunded 1}
 * @param charges their charges in the ledger
 * @param movements the movements of the pool, without purchases
 * @param events the analytics events
 * @param pictures the number of results in storage
 */
record TryOnBooks(
        int keys,
        List<String> sessions,
        List<String> charges,
        List<String> movements,
        List<String> events,
        int pictures) {

    private static final String READ = """
            SELECT (SELECT count(*) FROM generation.idempotency_keys WHERE store_id = asked.store_id) AS keys,
                   ARRAY(SELECT concat_ws(' ', status, error_code,
                                          CASE WHEN released_at IS NOT NULL THEN 'refunded ' || credits_refunded END)
                           FROM generation.store_generation_sessions
                          WHERE store_id = asked.store_id
                          ORDER BY created_at) AS sessions,
                   ARRAY(SELECT concat_ws(' ', charge.status,
                                          CASE WHEN charge.issuer IS NULL AND charge.wallet_id IS NOT NULL THEN 'without issuer'
                                               WHEN session.id IS NULL THEN 'without session' END)
                           FROM credits.charges AS charge
                           LEFT JOIN generation.store_generation_sessions AS session
                                  ON session.id = charge.id AND session.store_id = charge.store_id
                          WHERE charge.store_id = asked.store_id
                          ORDER BY charge.created_at) AS charges,
                   ARRAY(SELECT type || ' ' || amount
                           FROM credits.store_credit_transactions
                          WHERE store_id = asked.store_id AND type <> 'purchase'
                          ORDER BY entry_no) AS movements,
                   ARRAY(SELECT event_type
                           FROM generation.store_analytics_events
                          WHERE store_id = asked.store_id
                          ORDER BY created_at) AS events,
                   (SELECT count(*)
                      FROM storage.objects
                     WHERE store_id = asked.store_id AND kind = 'generated') AS pictures
              FROM (SELECT ?::uuid) AS asked (store_id)
            """;

    private static final String SESSION_IDS =
            "SELECT ARRAY(SELECT id FROM generation.store_generation_sessions WHERE store_id = ? ORDER BY created_at)";

    static TryOnBooks of(Connection connection, UUID storeId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(READ)) {
            query.setObject(1, storeId);
            ResultSet row = query.executeQuery();
            row.next();
            return new TryOnBooks(
                    row.getInt("keys"),
                    texts(row.getArray("sessions")),
                    texts(row.getArray("charges")),
                    texts(row.getArray("movements")),
                    texts(row.getArray("events")),
                    row.getInt("pictures"));
        }
    }

    static List<UUID> sessionIds(Connection connection, UUID storeId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(SESSION_IDS)) {
            query.setObject(1, storeId);
            ResultSet row = query.executeQuery();
            row.next();
            return List.of((UUID[]) row.getArray(1).getArray());
        }
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
