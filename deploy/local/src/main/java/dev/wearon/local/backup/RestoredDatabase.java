package dev.wearon.local.backup;

import dev.wearon.processes.PostgresAddress;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/** What an operator must know of a database after a restore. */
public final class RestoredDatabase implements AutoCloseable {

    /** The most keys or stores that are listed. */
    public static final int MOST = 1_000;

    private static final String NEWEST_CHARGE = "SELECT max(created_at) FROM credits.charges";
    private static final String NEWEST_SESSION = "SELECT max(created_at) FROM generation.store_generation_sessions";

    private static final String ACTIVE_KEYS = """
            SELECT key.id, key.store_id, key.key_prefix, key.name
              FROM gateway.store_api_keys AS key
              JOIN gateway.stores AS store ON store.id = key.store_id
             WHERE key.is_active
               AND (key.expires_at IS NULL OR key.expires_at > now())
               AND (NOT ? OR key.id = ANY (?))
             ORDER BY store.created_at, key.created_at, key.id
             LIMIT ?
            """;

    private static final String ACTIVE_STORES = """
            SELECT id
              FROM gateway.stores
             WHERE status = 'active'
               AND id = ANY (?)
             ORDER BY created_at, id
             LIMIT ?
            """;

    private static final String CONNECT_SECONDS = "10";
    private static final String ANSWER_SECONDS = "60";

    private final Connection connection;

    /** An API key that the database accepts. It is named by its first characters, as everywhere. */
    public record Key(UUID id, UUID storeId, String prefix, String name) {}

    private RestoredDatabase(Connection connection) {
        this.connection = connection;
    }

    public static RestoredDatabase open(PostgresAddress superuser) throws SQLException {
        Properties properties = superuser.jdbcProperties();
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("socketTimeout", ANSWER_SECONDS);
        return new RestoredDatabase(DriverManager.getConnection(superuser.jdbcUrl(), properties));
    }

    public Optional<Instant> newestCharge() throws SQLException {
        return time(NEWEST_CHARGE);
    }

    public Optional<Instant> newestSession() throws SQLException {
        return time(NEWEST_SESSION);
    }

    private Optional<Instant> time(String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return Optional.ofNullable(row.getObject(1, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
        }
    }

    /** Those that are accepted, {@link #MOST} at most. With ids only those of them. */
    public List<Key> activeKeys(Optional<Collection<UUID>> ids) throws SQLException {
        List<Key> keys = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(ACTIVE_KEYS)) {
            statement.setBoolean(1, ids.isPresent());
            statement.setArray(2, array(ids.orElse(List.of())));
            statement.setInt(3, MOST);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    keys.add(new Key(
                            rows.getObject(1, UUID.class),
                            rows.getObject(2, UUID.class),
                            rows.getString(3),
                            rows.getString(4)));
                }
            }
        }
        return keys;
    }

    public List<UUID> activeStores(Collection<UUID> ids) throws SQLException {
        List<UUID> stores = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(ACTIVE_STORES)) {
            statement.setArray(1, array(ids));
            statement.setInt(2, MOST);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    stores.add(rows.getObject(1, UUID.class));
                }
            }
        }
        return stores;
    }

    private Array array(Collection<UUID> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.toArray());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
