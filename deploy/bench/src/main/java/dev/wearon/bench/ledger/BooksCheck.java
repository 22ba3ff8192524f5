package dev.wearon.bench.ledger;

import dev.wearon.bench.loop.Sql;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.PostgresAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Checks that the database holds exactly what was answered. */
final class BooksCheck {

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

    private BooksCheck() {}

    /** @throws UserError when a number that must be the count of what was answered is another one */
    static void check(PostgresAddress superuser, long charged, long deducted) throws SQLException, UserError {
        try (Connection connection = Sql.connect(superuser)) {
            same(connection, LEDGER, charged, List.of("standing charges", "charges", "credits spent", "deductions"));
            same(connection, WALLETS_THAT_DISAGREE, 0, List.of("wallets that disagree with their ledger"));
            same(connection, PLAIN, deducted, List.of("rows of the plain function", "credits spent by it"));
        }
    }

    private static void same(Connection connection, String query, long expected, List<String> names)
            throws SQLException, UserError {
        long[] found = Sql.numbers(connection, query, names.size());
        for (int i = 0; i < found.length; i++) {
            if (found[i] != expected) {
                throw new UserError(
                        "The database does not hold what was answered: %s must be %,d and is %,d."
                                .formatted(names.get(i), expected, found[i]),
                        "none; this is a fault of the ledger or of the benchmark");
            }
        }
    }
}
