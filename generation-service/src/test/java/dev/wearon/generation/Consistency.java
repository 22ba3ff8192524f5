package dev.wearon.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.LedgerConsistency;
import dev.wearon.testkit.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Checks that a store's sessions and charges agree after all work has ended. */
public final class Consistency {

    private static final Duration TIMEOUT = Duration.ofSeconds(40);

    private static final String UNFINISHED = """
            SELECT format('%s %s %s', id, status, error_code)
              FROM generation.store_generation_sessions
             WHERE store_id = ? AND (status IN ('queued', 'processing') OR status = 'failed' AND released_at IS NULL)
            """;

    /** One line for each session and charge that do not agree. */
    private static final String DIFFERENCES = """
            SELECT format('session %s is %s %s (%s back), its charge %s', COALESCE(s.id, c.id), s.status, s.error_code,
                          s.credits_refunded, COALESCE(c.status, 'is none'))
              FROM (SELECT * FROM generation.store_generation_sessions WHERE store_id = $1) AS s
              FULL JOIN (SELECT * FROM credits.charges
                          WHERE store_id = $1 AND (issuer = 'b2b' OR wallet_id IS NULL)) AS c ON c.id = s.id
             WHERE CASE s.status
                   WHEN 'completed' THEN c.status IS DISTINCT FROM 'charged'
                   WHEN 'failed' THEN c.status IS DISTINCT FROM 'released'
                                      OR s.credits_refunded <> CASE WHEN c.wallet_id IS NULL THEN 0 ELSE s.credits_used END
                   ELSE c.status IS DISTINCT FROM 'released' END
            """;

    private Consistency() {}

    /** Waits until every session of the shop has ended and every refund is done. Then compares all sessions and charges. */
    public static void assertConsistent(Shop shop) {
        Await.until(TIMEOUT, () -> Rows.values(UNFINISHED, shop.storeId()), List::isEmpty);
        assertThat(Rows.values(DIFFERENCES.replace("$1", "'" + shop.storeId() + "'")))
                .as("sessions and charges")
                .isEmpty();
        assertThat(disagreements(shop.storeId())).as("ledger").isEmpty();
    }

    /** The types of the ledger's movements for a session, oldest first. */
    public static String movements(UUID id) {
        return Rows.value(
                "SELECT string_agg(type::text, ' ' ORDER BY entry_no) FROM credits.store_credit_transactions"
                        + " WHERE charge_id = ?",
                id);
    }

    private static List<String> disagreements(UUID storeId) {
        try (Connection connection = Rows.connect()) {
            return LedgerConsistency.disagreements(connection, List.of(storeId));
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
