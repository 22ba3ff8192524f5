package dev.wearon.bench.gateway;

import dev.wearon.bench.loop.Sql;
import dev.wearon.processes.PostgresAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Stores and API keys in the tables of a gateway, and settings with which it refuses none of their calls. */
public final class GatewayKeys {

    /** The limits are checked and never reached, and a gateway that has just started may be slow: each refusal ends a run. */
    public static final Map<String, String> UNLIMITED = Map.of(
            "WEARON_LIMITS_PER_MINUTE_ENTERPRISE", "1000000",
            "WEARON_LIMITS_PER_HOUR_ENTERPRISE", "10000000",
            "WEARON_LIMITS_REDIS_TIMEOUT", "10s",
            "WEARON_KEYS_LOOKUP_TIMEOUT", "10s",
            "WEARON_PROXY_CONNECT_TIMEOUT", "10s",
            "WEARON_PROXY_RESPONSE_TIMEOUT", "10s");

    /** All made yesterday: after many changes, gateways look every key up again for half a minute. */
    private static final String OPEN = """
            WITH opened AS (
                INSERT INTO gateway.stores (id, shop_domain, subscription_tier, changed_at)
                SELECT gen_random_uuid(), 'shop-' || n || '.example.com', 'enterprise', now() - INTERVAL '1 day'
                  FROM generate_series(1, ?) AS n
                RETURNING id),
            made AS MATERIALIZED (
                SELECT id, 'wk_' || replace(gen_random_uuid()::text, '-', '') AS api_key
                  FROM opened, generate_series(1, ?)),
            added AS (
                INSERT INTO gateway.store_api_keys (store_id, key_hash, key_prefix, changed_at)
                SELECT id, encode(sha256(convert_to(api_key, 'UTF8')), 'hex'), left(api_key, 16),
                       now() - INTERVAL '1 day'
                  FROM made)
            SELECT id, api_key FROM made
            """;

    private GatewayKeys() {}

    /** An API key of a store. */
    public record Key(UUID storeId, String apiKey) {}

    /**
     * @param superuser the database, with the gateway's migrations done
     * @return the keys, so many of each of so many stores
     */
    public static List<String> open(PostgresAddress superuser, int stores, int keysEach) throws SQLException {
        return openStores(superuser, stores, keysEach).stream().map(Key::apiKey).toList();
    }

    /** As {@link #open}, with the store of each key. */
    public static List<Key> openStores(PostgresAddress superuser, int stores, int keysEach) throws SQLException {
        List<Key> keys = new ArrayList<>();
        try (Connection connection = Sql.connect(superuser);
                PreparedStatement open = connection.prepareStatement(OPEN)) {
            open.setInt(1, stores);
            open.setInt(2, keysEach);
            try (ResultSet rows = open.executeQuery()) {
                while (rows.next()) {
                    keys.add(new Key(rows.getObject(1, UUID.class), rows.getString(2)));
                }
            }
        }
        return keys;
    }
}
