package dev.wearon.credits.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.properties.LotsModel.Cause;
import dev.wearon.credits.properties.LotsModel.OrderState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Purchases, charges, releases, returns, claims and grants in any order, each repeated or not: after every step the ledger has the
 * lots of {@link LotsModel}, although it stores none.
 */
class ReturnedPurchasesHistoriesTest {

    private static final UUID STORE = new UUID(0x8000L, 1);
    private static final List<String> SHOPPERS = List.of("ann@example.com", "bob@example.com");
    private static final int ORDERS = 6;
    private static final int CHARGES = 12;

    private static final String UNSETTLED = """
            SELECT count(*)
              FROM credits.store_shopper_purchases p
              JOIN credits.store_shopper_credits w ON w.store_id = p.store_id AND w.shopper_email = p.shopper_email
             CROSS JOIN LATERAL credits.lots(w.store_id, w.id) l
             WHERE l.purchase_id = p.id AND l.unspent > 0 AND p.returned > p.withheld + p.clawed_back
            """;

    private static LedgerDatabase database;
    private static Connection connection;
    private static TableReader tables;

    /** A step; the ledger and the model must give the same answer. */
    private sealed interface Move {

        String applyTo(LotsModel model);

        String execute() throws SQLException;
    }

    /** What a call knows of an order. Each order is of one size and mostly of one shopper. */
    private record Report(int order, String shopper, int credits, int returned) implements Move {

        @Override
        public String applyTo(LotsModel model) {
            return model.record("order-" + order, shopper, credits, returned);
        }

        @Override
        public String execute() throws SQLException {
            return Step.query(
                    connection,
                    "SELECT p.outcome FROM credits.record_purchase(?, ?::TEXT, NULL, ?, ?, ?, 9.99, 'EUR', 'report') p",
                    STORE,
                    shopper,
                    "order-" + order,
                    credits,
                    returned);
        }
    }

    /** A charge id is always of one amount. */
    private record Charge(int number, String shopper) implements Move {

        @Override
        public String applyTo(LotsModel model) {
            return model.charge(chargeId(number), shopper, amount());
        }

        @Override
        public String execute() throws SQLException {
            return Step.query(
                    connection,
                    "SELECT credits.charge(?, ?, ?, 'try-on', NULL, ?)",
                    chargeId(number),
                    STORE,
                    amount(),
                    shopper);
        }

        private int amount() {
            return number % 3 + 1;
        }
    }

    /** Releases in one transaction, as under load. */
    private record Releases(List<Integer> numbers) implements Move {

        @Override
        public String applyTo(LotsModel model) {
            return numbers.stream()
                    .map(number -> model.release(chargeId(number)))
                    .collect(Collectors.joining(","));
        }

        @Override
        public String execute() throws SQLException {
            SqlArrays<Integer> arrays = new SqlArrays<>(connection, numbers);
            return String.join(
                    ",",
                    arrays.call(
                            "SELECT credits.release_all(?, ?, ?, ?)",
                            arrays.of("uuid", ReturnedPurchasesHistoriesTest::chargeId),
                            arrays.of("uuid", number -> STORE),
                            arrays.of("text", number -> "release"),
                            arrays.of("text", number -> null)));
        }
    }

    private record TopUp(int number) implements Move {

        @Override
        public String applyTo(LotsModel model) {
            return model.grant("grant-" + number, number % 5 + 1);
        }

        @Override
        public String execute() throws SQLException {
            return Step.query(
                    connection,
                    "SELECT g.outcome FROM credits.grant_credits(?, ?, 'purchase', ?, NULL) g",
                    STORE,
                    number % 5 + 1,
                    "grant-" + number);
        }
    }

    private record Completion() implements Move {

        @Override
        public String applyTo(LotsModel model) {
            return Integer.toString(model.completePending());
        }

        @Override
        public String execute() throws SQLException {
            return Step.query(connection, "SELECT credits.complete_pending(?, 100)", STORE);
        }
    }

    @BeforeContainer
    static void start() throws Exception {
        database = new LedgerDatabase();
        connection = database.connection();
        tables = new TableReader(connection);
    }

    @AfterContainer
    static void stop() throws Exception {
        database.close();
    }

    @AfterTry
    void rollBack() throws SQLException {
        connection.rollback();
    }

    @Provide
    Arbitrary<List<Move>> histories() {
        return Arbitraries.<Move>frequencyOf(
                        Tuple.of(6, reports()),
                        Tuple.of(5, charges()),
                        Tuple.of(3, releases()),
                        Tuple.of(2, Arbitraries.integers().between(1, 12).map(TopUp::new)),
                        Tuple.of(1, Arbitraries.create(Completion::new)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(60)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    private static Arbitrary<Report> reports() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, ORDERS),
                        Arbitraries.frequency(Tuple.of(12, 0), Tuple.of(6, 1), Tuple.of(1, 2)),
                        Arbitraries.frequency(Tuple.of(20, 0), Tuple.of(1, 1)),
                        Arbitraries.of(0, 0, 0, 1, 2, 3, 5))
                .as((order, who, more, returned) -> {
                    int credits = order % 4 + 2 + more;
                    String usual = SHOPPERS.get(order % 2);
                    String other = SHOPPERS.get((order + 1) % 2);
                    String shopper = who == 0 ? usual : who == 1 ? null : other;
                    return new Report(order, shopper, credits, Math.min(returned, credits));
                });
    }

    private static Arbitrary<Charge> charges() {
        return Combinators.combine(Arbitraries.integers().between(1, CHARGES), Arbitraries.of(SHOPPERS))
                .as(Charge::new);
    }

    private static Arbitrary<Releases> releases() {
        return Arbitraries.integers()
                .between(1, CHARGES)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(Releases::new);
    }

    private static UUID chargeId(int number) {
        return new UUID(0x7000L, number);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void haveTheLotsOfTheModelAfterEveryStep(@ForAll("histories") List<Move> history) throws SQLException {
        LotsModel model = new LotsModel();
        for (Move move : history) {
            String expected = move.applyTo(model);

            assertThat(move.execute()).as("the outcome of %s", move).isEqualTo(expected);

            assertThat(orders()).as("the orders after %s", move).isEqualTo(model.orders());
            assertThat(unspent()).as("the lots after %s", move).isEqualTo(model.unspent());
            assertThat(balances()).as("the wallets after %s", move).isEqualTo(model.balances());
            assertThat(number("SELECT COALESCE(sum(balance), 0) FROM credits.store_credits"))
                    .as("the pool after %s", move)
                    .isEqualTo(model.pool());
            assertThat(clawbacks()).as("the clawbacks after %s", move).isEqualTo(model.clawbacks());
            assertThat(number(UNSETTLED))
                    .as("unsettled purchases after %s", move)
                    .isZero();
            assertThat(tables.disagreements())
                    .as("disagreements after %s", move)
                    .isEmpty();
            assertThat(number("SELECT count(*) FROM credits.disagreements"))
                    .as("disagreements that the check finds after %s", move)
                    .isZero();
            assertTrialBalance(move, model);
        }
    }

    private static void assertTrialBalance(Move move, LotsModel model) throws SQLException {
        each("""
                SELECT credits_difference, pool_difference, shoppers_difference, charges_difference, clawed_back, shortfall,
                       unclaimed
                  FROM credits.trial_balance
                """, row -> {
            for (int column = 1; column <= 4; column++) {
                assertThat(row.getLong(column))
                        .as("difference %d after %s", column, move)
                        .isZero();
            }
            assertThat(row.getLong(5))
                    .isEqualTo(
                            model.clawbacks().values().stream().mapToInt(n -> n).sum());
            assertThat(row.getLong(6))
                    .isEqualTo(model.orders().values().stream()
                            .mapToInt(OrderState::shortfall)
                            .sum());
            assertThat(row.getLong(7))
                    .isEqualTo(model.orders().values().stream()
                            .filter(order -> order.status().equals("unclaimed"))
                            .mapToInt(order -> order.credits() - order.returned())
                            .sum());
        });
    }

    private static Map<String, OrderState> orders() throws SQLException {
        Map<String, OrderState> orders = new HashMap<>();
        each(
                """
                SELECT shopify_order_id, shopper_email, status, credits_purchased, returned, withheld, clawed_back
                  FROM credits.store_shopper_purchases
                """,
                row -> orders.put(
                        row.getString(1),
                        new OrderState(
                                row.getString(2),
                                row.getString(3),
                                row.getInt(4),
                                row.getInt(5),
                                row.getInt(6),
                                row.getInt(7))));
        return orders;
    }

    private static Map<String, Integer> unspent() throws SQLException {
        Map<String, Integer> lots = new HashMap<>();
        each("""
                SELECT p.shopify_order_id, l.unspent
                  FROM credits.store_shopper_credits w
                 CROSS JOIN LATERAL credits.lots(w.store_id, w.id) l
                  LEFT JOIN credits.store_shopper_purchases p ON p.id = l.purchase_id
                """, row -> lots.put(row.getString(1), row.getInt(2)));
        return lots;
    }

    private static Map<String, Integer> balances() throws SQLException {
        Map<String, Integer> balances = new TreeMap<>();
        each(
                "SELECT shopper_email, balance FROM credits.store_shopper_credits",
                row -> balances.put(row.getString(1), row.getInt(2)));
        return balances;
    }

    /** From the shoppers' ledger; the check compares it with that of the pool. */
    private static Map<Cause, Integer> clawbacks() throws SQLException {
        Map<Cause, Integer> clawbacks = new HashMap<>();
        each(
                """
                SELECT t.charge_id, p.shopify_order_id, -t.amount
                  FROM credits.store_shopper_credit_transactions t
                  JOIN credits.store_shopper_purchases p ON p.id = t.purchase_id
                 WHERE t.type = 'clawback'
                """,
                row -> clawbacks.merge(
                        new Cause(row.getObject(1, UUID.class), row.getString(2)), row.getInt(3), Integer::sum));
        return clawbacks;
    }

    private static long number(String query) throws SQLException {
        return Long.parseLong(Step.query(connection, query));
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private static void each(String query, Row reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }
}
