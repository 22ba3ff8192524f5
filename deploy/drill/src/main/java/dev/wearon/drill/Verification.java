package dev.wearon.drill;

import dev.wearon.local.suite.UserError;
import dev.wearon.processes.LedgerConsistency;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Compares the answers that the clients got, the database and the pictures that the gateway serves. */
record Verification(TemporarySuite suite, GatewayClient gateway, Shops shops, Plan plan) {

    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(60);

    private static final String COMPLETED =
            "SELECT id FROM generation.store_generation_sessions WHERE status = 'completed'";
    private static final String STORES = "SELECT id FROM credits.stores";
    private static final String WALLETS = """
            SELECT (SELECT count(*) FROM credits.store_credits) + (SELECT count(*) FROM credits.store_shopper_credits)
            """;

    List<CheckResult> run(Observations observations) throws SQLException, UserError, InterruptedException {
        List<CheckResult> results = new ArrayList<>();
        Set<UUID> completed;
        try (Connection connection = suite.connect(STATEMENT_TIMEOUT)) {
            ObservationTables.create(connection, observations);
            ObservationTables.create(connection, shops.orders());
            completed = ids(connection, COMPLETED);
            for (Check check : ClientChecks.all()) {
                results.add(check.run(connection));
            }
            for (Check check : SessionChecks.all()) {
                results.add(check.run(connection));
            }
            for (Check check : DeliveryChecks.all()) {
                results.add(check.run(connection));
            }
            for (Check check : OrderChecks.all(shops.leaver().store().storeId())) {
                results.add(check.run(connection));
            }
            results.add(ledgers(connection));
        }
        results.add(new PictureCheck(gateway, plan.seed()).check(observations, completed));
        results.add(new CheckResult(
                "no answer contradicts the API's contract",
                observations.reads()
                        + observations.streams()
                        + observations.creates().values().stream()
                                .mapToLong(Long::longValue)
                                .sum(),
                observations.unexpectedAnswers()));
        return List.copyOf(results);
    }

    private static CheckResult ledgers(Connection connection) throws SQLException {
        List<String> disagreements = LedgerConsistency.disagreements(connection, ids(connection, STORES));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(WALLETS)) {
            row.next();
            return new CheckResult(
                    "a wallet's balance = purchased - spent = sum of its ledger, never negative",
                    row.getLong(1),
                    disagreements);
        }
    }

    private static Set<UUID> ids(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            Set<UUID> ids = new HashSet<>();
            while (rows.next()) {
                ids.add(rows.getObject(1, UUID.class));
            }
            return ids;
        }
    }
}
