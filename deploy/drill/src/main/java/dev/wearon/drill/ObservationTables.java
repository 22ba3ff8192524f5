package dev.wearon.drill;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Function;

/** Copies the observations into temporary tables of one connection, so that SQL can compare them with the services' tables. */
final class ObservationTables {

    private static final String TABLES = """
            CREATE TEMPORARY TABLE observed_try_ons (name TEXT PRIMARY KEY, kind TEXT NOT NULL, ended TEXT NOT NULL);
            CREATE TEMPORARY TABLE observed_acknowledged (name TEXT NOT NULL, store_id UUID NOT NULL, session_id UUID NOT NULL);
            CREATE TEMPORARY TABLE observed_repeated (
                name TEXT NOT NULL, first UUID NOT NULL, again UUID NOT NULL, replayed BOOLEAN NOT NULL);
            CREATE TEMPORARY TABLE observed_refused (name TEXT NOT NULL, expected INTEGER NOT NULL, got INTEGER NOT NULL);
            CREATE TEMPORARY TABLE observed_cancelled (name TEXT NOT NULL, session_id UUID NOT NULL, status TEXT NOT NULL);
            CREATE TEMPORARY TABLE observed_streamed (
                store_id UUID NOT NULL, session_id UUID NOT NULL, version BIGINT NOT NULL, status TEXT NOT NULL);
            CREATE TEMPORARY TABLE observed_webhooks (LIKE observed_streamed);
            """;

    private static final String ORDERS = """
            CREATE TEMPORARY TABLE observed_orders (store_id UUID NOT NULL, order_id TEXT NOT NULL, credits INTEGER NOT NULL)
            """;

    private ObservationTables() {}

    static void create(Connection connection, Observations observations) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(TABLES);
        }
        insert(
                connection,
                "INSERT INTO observed_try_ons (name, kind, ended) VALUES (?, ?, ?)",
                observations.tryOns(),
                tryOn -> List.of(tryOn.name(), tryOn.kind().name(), tryOn.end().name()));
        insert(
                connection,
                "INSERT INTO observed_acknowledged (name, store_id, session_id) VALUES (?, ?, ?)",
                observations.acknowledged(),
                answer -> List.of(answer.name(), answer.payer().storeId(), answer.session()));
        insert(
                connection,
                "INSERT INTO observed_repeated (name, first, again, replayed) VALUES (?, ?, ?, ?)",
                observations.repeated(),
                answer -> List.of(answer.name(), answer.first(), answer.again(), answer.replayed()));
        insert(
                connection,
                "INSERT INTO observed_refused (name, expected, got) VALUES (?, ?, ?)",
                observations.refused(),
                answer -> List.of(answer.name(), answer.expected(), answer.got()));
        insert(
                connection,
                "INSERT INTO observed_cancelled (name, session_id, status) VALUES (?, ?, ?)",
                observations.cancelled(),
                answer -> List.of(answer.name(), answer.session(), answer.status()));
        insert(
                connection,
                "INSERT INTO observed_streamed (store_id, session_id, version, status) VALUES (?, ?, ?, ?)",
                observations.streamed(),
                event -> List.of(event.store(), event.session(), event.version(), event.status()));
        insert(
                connection,
                "INSERT INTO observed_webhooks (store_id, session_id, version, status) VALUES (?, ?, ?, ?)",
                observations.webhooks(),
                message -> List.of(message.store(), message.session(), message.version(), message.status()));
    }

    static void create(Connection connection, List<Shops.Ordered> orders) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(ORDERS);
        }
        insert(
                connection,
                "INSERT INTO observed_orders (store_id, order_id, credits) VALUES (?, ?, ?)",
                orders,
                order -> List.of(order.store(), order.orderId(), order.credits()));
    }

    private static <T> void insert(Connection connection, String insert, List<T> rows, Function<T, List<Object>> values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (T row : rows) {
                int column = 1;
                for (Object value : values.apply(row)) {
                    statement.setObject(column++, value);
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
