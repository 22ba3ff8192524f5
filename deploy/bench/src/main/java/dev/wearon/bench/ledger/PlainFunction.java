package dev.wearon.bench.ledger;

import dev.wearon.bench.loop.Side;
import dev.wearon.bench.loop.Sql;
import dev.wearon.processes.Database;
import dev.wearon.processes.PostgresAddress;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The reference: one PL/pgSQL function that takes a credit and writes a ledger row. Each client calls it on its own
 * connection to PostgreSQL. Each call is a transaction, without HTTP, identity and charge id.
 */
record PlainFunction(PostgresAddress database, Map<String, ProcessHandle> processes, List<UUID> stores)
        implements Side {

    static final String NAME = "plain";

    private static final String SCHEMA = "bench_reference";
    private static final String ROLE = Database.role(SCHEMA);

    private static final String OPEN_STORES = "INSERT INTO bench_reference.stores (id) SELECT unnest(?)";

    /** Each wallet has more credits than a run spends. */
    private static final String OPEN_WALLETS = """
            INSERT INTO bench_reference.store_credits (store_id, balance, total_purchased)
            SELECT unnest(?), 1000000000, 1000000000
            """;

    private static final String DEDUCT = "SELECT bench_reference.deduct_store_credits(?, 1, ?, 'Virtual try-on')";

    /** Creates the schema with its tables and function, and a full wallet for each store. */
    static PostgresAddress install(PostgresAddress superuser, List<UUID> stores) throws SQLException {
        PostgresAddress own = Sql.createSchema(superuser, SCHEMA);
        Sql.migrate(own, SCHEMA, "classpath:dev/wearon/bench/ledger/migration");
        try (Connection connection = Sql.connect(own)) {
            Array ids = connection.createArrayOf("uuid", stores.toArray());
            for (String insert : List.of(OPEN_STORES, OPEN_WALLETS)) {
                try (PreparedStatement statement = connection.prepareStatement(insert)) {
                    statement.setArray(1, ids);
                    statement.executeUpdate();
                }
            }
        }
        return own;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> databaseRoles() {
        return List.of(ROLE);
    }

    @Override
    public Client connect() throws SQLException {
        return Sql.client(database, DEDUCT, this::deduct);
    }

    private void deduct(PreparedStatement statement) throws SQLException {
        statement.setObject(1, stores.get(ThreadLocalRandom.current().nextInt(stores.size())));
        statement.setString(2, "req_" + UUID.randomUUID());
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            if (!row.getBoolean(1)) {
                throw new SQLException("the plain function found too few credits");
            }
        }
    }
}
