package dev.wearon.bench;

import dev.wearon.processes.PostgresAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** Keys of many stores. The gateway's own tables know them, by their hashes. */
final class KeyRing {

    /** Made yesterday: for half a minute after many changes, gateways look every key up again. */
    private static final String OPEN_STORE = """
            INSERT INTO gateway.stores (id, shop_domain, subscription_tier, changed_at)
            VALUES (?, ?, 'enterprise', now() - INTERVAL '1 day')
            """;

    private static final String ADD_KEY = """
            INSERT INTO gateway.store_api_keys (store_id, key_hash, key_prefix, changed_at)
            VALUES (?, ?, ?, now() - INTERVAL '1 day')
            """;

    private static final int PREFIX_LENGTH = 16;

    private final List<String> keys = new ArrayList<>();

    /**
     * @param gateway the database, with the gateway's migrations done
     * @param stores how many are opened, with {@link GatewayPlan#KEYS_EACH} keys each
     */
    KeyRing(PostgresAddress gateway, int stores) throws SQLException {
        try (Connection connection = DriverManager.getConnection(gateway.jdbcUrl(), gateway.jdbcProperties());
                PreparedStatement store = connection.prepareStatement(OPEN_STORE);
                PreparedStatement key = connection.prepareStatement(ADD_KEY)) {
            connection.setAutoCommit(false);
            for (int i = 0; i < stores; i++) {
                UUID storeId = UUID.randomUUID();
                store.setObject(1, storeId);
                store.setString(2, "shop-" + i + ".example.com");
                store.addBatch();
                for (int j = 0; j < GatewayPlan.KEYS_EACH; j++) {
                    add(key, storeId);
                }
            }
            store.executeBatch();
            key.executeBatch();
            connection.commit();
        }
    }

    private void add(PreparedStatement row, UUID storeId) throws SQLException {
        String key = "wk_" + UUID.randomUUID().toString().replace("-", "");
        row.setObject(1, storeId);
        row.setString(2, hash(key));
        row.setString(3, key.substring(0, PREFIX_LENGTH));
        row.addBatch();
        keys.add(key);
    }

    List<String> keys() {
        return List.copyOf(keys);
    }

    private static String hash(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
