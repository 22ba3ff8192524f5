package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Database;
import dev.wearon.processes.PostgresAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The reference: the plain function of story 1.1, called by this process through the service's own driver, one prepared
 * statement on one connection per client, each call a transaction.
 */
final class PlainFunction implements Deductions {

    private static final String SCHEMA = "plain_function.sql";
    private static final String OPEN_STORE = "INSERT INTO bench_reference.stores (id) VALUES (?)";
    private static final String OPEN_WALLET =
            "INSERT INTO bench_reference.store_credits (store_id, balance, total_purchased) VALUES (?, ?, ?)";
    private static final String DEDUCT = "SELECT bench_reference.deduct_store_credits($1, $2, $3, $4)";

    /** More than a run can spend. */
    private static final int FUNDS = 1_000_000_000;

    private static final String DESCRIPTION = "Virtual try-on";

    private final Vertx vertx;
    private final PostgresAddress database;
    private final List<PgConnection> connections = new ArrayList<>();

    PlainFunction(Vertx vertx, PostgresAddress database) {
        this.vertx = vertx;
        this.database = database;
    }

    @Override
    public String role() {
        return Database.role(TestBed.PLAIN);
    }

    /** Makes tables and function, and a wallet full of credits for each store. */
    void prepare(List<UUID> stores) throws SQLException, IOException {
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl(), database.jdbcProperties());
                Statement schema = connection.createStatement()) {
            schema.execute(schemaText());
            try (PreparedStatement store = connection.prepareStatement(OPEN_STORE);
                    PreparedStatement wallet = connection.prepareStatement(OPEN_WALLET)) {
                for (UUID id : stores) {
                    store.setObject(1, id);
                    store.addBatch();
                    wallet.setObject(1, id);
                    wallet.setInt(2, FUNDS);
                    wallet.setInt(3, FUNDS);
                    wallet.addBatch();
                }
                store.executeBatch();
                wallet.executeBatch();
            }
        }
    }

    @Override
    public List<Client> connect(int clients) throws UserError {
        PgConnectOptions options = new PgConnectOptions()
                .setHost(database.host())
                .setPort(database.port())
                .setDatabase(database.database())
                .setUser(database.user())
                .setPassword(database.password());
        List<Client> connected = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            PgConnection connection = Answers.await(PgConnection.connect(vertx, options));
            connections.add(connection);
            PreparedQuery<RowSet<Row>> deduct =
                    Answers.await(connection.prepare(DEDUCT)).query();
            connected.add(storeId -> deductOne(deduct, storeId));
        }
        return connected;
    }

    private static Future<Void> deductOne(PreparedQuery<RowSet<Row>> deduct, UUID storeId) {
        return deduct.execute(Tuple.of(storeId, 1, "req_" + ChargeIds.next(), DESCRIPTION))
                .compose(rows -> rows.iterator().next().getBoolean(0)
                        ? Future.succeededFuture()
                        : Future.failedFuture("the plain function found too few credits"));
    }

    @Override
    public void disconnect() throws UserError {
        for (PgConnection connection : connections) {
            Answers.await(connection.close());
        }
        connections.clear();
    }

    private static String schemaText() throws IOException {
        try (InputStream text = PlainFunction.class.getResourceAsStream(SCHEMA)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
