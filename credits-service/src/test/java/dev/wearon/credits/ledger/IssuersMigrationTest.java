package dev.wearon.credits.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The migration derives the issuer of earlier charges from their ids: a time-ordered id belongs to a session. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class IssuersMigrationTest {

    private final UUID session = Calls.newId();
    private final UUID released = Calls.newId();
    private final UUID late = Calls.newId();
    private final UUID tombstone = Calls.newId();
    private final UUID deduction = UUID.fromString("0b5f1c1e-6f2d-8a11-8c3f-1f9d5a7b2c4d");
    private final UUID random = UUID.randomUUID();

    @Test
    void givesSessionChargesTheirIssuerAndOthersNone() throws Exception {
        EarlierLedger ledger = EarlierLedger.create("before_issuers", "V1__wallets", "V2__shoppers_purchases_overage");
        ledger.run(
                charged(session, "charged"),
                charged(released, "released"),
                charged(deduction, "charged"),
                charged(random, "charged"),
                "INSERT INTO credits.charges (id, store_id, status, released_at) VALUES ('%s', '%s', 'released', now())"
                        .formatted(tombstone, UUID.randomUUID()));

        ledger.migrate();
        // A function of the earlier version may still run during the migration.
        ledger.run(charged(late, "charged"));

        Map<UUID, String> issuers = new HashMap<>();
        issuers.put(session, "b2b");
        issuers.put(released, "b2b");
        issuers.put(late, "b2b");
        issuers.put(tombstone, null);
        issuers.put(deduction, null);
        issuers.put(random, null);
        assertThat(issuers(ledger)).isEqualTo(issuers);
    }

    private static String charged(UUID id, String status) {
        return """
                INSERT INTO credits.charges (id, store_id, wallet_id, paid_by, amount, status, released_at)
                VALUES ('%s', '%s', '%s', 'pool', 1, '%s', %s)
                """.formatted(
                        id, UUID.randomUUID(), UUID.randomUUID(), status, status.equals("released") ? "now()" : "NULL");
    }

    private static Map<UUID, String> issuers(EarlierLedger ledger) throws SQLException {
        try (Connection connection = ledger.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, issuer FROM credits.charges")) {
            Map<UUID, String> issuers = new HashMap<>();
            while (rows.next()) {
                issuers.put(rows.getObject(1, UUID.class), rows.getString(2));
            }
            return issuers;
        }
    }
}
