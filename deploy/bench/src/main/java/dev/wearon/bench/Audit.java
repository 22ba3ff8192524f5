package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import dev.wearon.processes.PostgresAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Whether the database holds exactly what was answered. */
final class Audit {

    private static final String LEDGER = """
            SELECT (SELECT count(*) FROM credits.charges WHERE status = 'charged'),
                   (SELECT count(*) FROM credits.charges),
                   (SELECT sum(total_spent) FROM credits.store_credits),
                   (SELECT -sum(amount) FROM credits.store_credit_transactions WHERE type = 'deduction')
            """;
    private static final String WALLETS_THAT_DISAGREE = """
            SELECT count(*)
              FROM credits.store_credits AS wallet
             WHERE wallet.balance <> (SELECT COALESCE(sum(entry.amount), 0)
                                        FROM credits.store_credit_transactions AS entry
                                       WHERE entry.store_id = wallet.store_id)
            """;
    private static final String PLAIN = """
            SELECT (SELECT count(*) FROM bench_reference.store_credit_transactions),
                   (SELECT sum(total_spent) FROM bench_reference.store_credits)
            """;

    private final PostgresAddress superuser;

    Audit(PostgresAddress superuser) {
        this.superuser = superuser;
    }

    /** @throws UserError when a number that must be the count of what was answered is another one */
    void check(long answeredByLedger, long answeredByPlain) throws SQLException, UserError {
        try (Connection connection = DriverManager.getConnection(superuser.jdbcUrl(), superuser.jdbcProperties());
                Statement statement = connection.createStatement()) {
            same(statement, LEDGER, answeredByLedger, List.of("standing charges", "charges", "spent", "deducted"));
            same(statement, WALLETS_THAT_DISAGREE, 0, List.of("wallets that disagree with their ledger"));
            same(statement, PLAIN, answeredByPlain, List.of("rows of the plain function", "spent by it"));
        }
    }

    private static void same(Statement statement, String query, long expected, List<String> names)
            throws SQLException, UserError {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            for (int i = 0; i < names.size(); i++) {
                long found = row.getLong(i + 1);
                if (found != expected) {
                    throw new UserError(
                            "The database does not hold what was answered: %s must be %,d and is %,d."
                                    .formatted(names.get(i), expected, found),
                            "none; this is a fault of the ledger or of the benchmark");
                }
            }
        }
    }
}
