package dev.wearon.bench.create;

import dev.wearon.bench.gateway.GatewayKeys;
import dev.wearon.bench.ledger.Grants;
import dev.wearon.bench.loop.Sql;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** Opens the same stores in the suite and in the tables of the references: keys, images and credits. */
final class Stores {

    static final String SCHEMA = "bench_create";

    /** The hot store, the first one, spends more than one grant. */
    private static final int GRANTS_OF_FIRST_STORE = 5;

    private static final String OBJECTS = """
            INSERT INTO storage.objects (
                   path, store_id, kind, blob, content_type, size_bytes, sha256, created_at, expires_at)
            SELECT path, store_id, 'uploads', gen_random_uuid()::text, 'image/jpeg', 204800, repeat('0', 64),
                   now() - interval '1 hour', now() + interval '1 day'
              FROM unnest(?, ?) AS image (store_id, path)
            """;

    private static final String PLAIN_STORES =
            "INSERT INTO bench_create.stores (id, balance) SELECT store_id, 1000000000 FROM unnest(?) AS store (store_id)";

    private static final String PLAIN_KEYS = """
            INSERT INTO bench_create.api_keys (store_id, key_hash)
            SELECT store_id, encode(sha256(convert_to(api_key, 'UTF8')), 'hex') FROM unnest(?, ?) AS key (store_id, api_key)
            """;

    private static final String PLAIN_IMAGES = """
            INSERT INTO bench_create.images (store_id, path, expires_at)
            SELECT store_id, path, now() + interval '1 day' FROM unnest(?, ?) AS image (store_id, path)
            """;

    private Stores() {}

    static List<Merchant> openInSuite(Rig rig, RunningService credits, RunningService storage, int count)
            throws Exception {
        List<Merchant> merchants = new ArrayList<>();
        for (GatewayKeys.Key key : GatewayKeys.openStores(rig.superuser(), count, 1)) {
            merchants.add(Merchant.of(key, storage.url()));
        }
        try (Grants wallets = new Grants(credits.port(), rig.identities())) {
            for (Merchant merchant : merchants) {
                wallets.grant(merchant.storeId());
            }
            for (int more = 1; more < GRANTS_OF_FIRST_STORE; more++) {
                wallets.grant(merchants.getFirst().storeId());
            }
        }
        try (Connection connection = Sql.connect(rig.superuser())) {
            insertImages(connection, OBJECTS, merchants);
        }
        return merchants;
    }

    /** @return the database with the role of the references */
    static PostgresAddress openInPlainTables(PostgresAddress superuser, List<Merchant> merchants) throws Exception {
        PostgresAddress own = Sql.createSchema(superuser, SCHEMA);
        Sql.migrate(own, SCHEMA, "classpath:dev/wearon/bench/create/migration");
        try (Connection connection = Sql.connect(own)) {
            insert(connection, PLAIN_STORES, uuids(connection, merchants, 1));
            insert(
                    connection,
                    PLAIN_KEYS,
                    uuids(connection, merchants, 1),
                    texts(connection, merchants, merchant -> List.of(merchant.apiKey())));
            insertImages(connection, PLAIN_IMAGES, merchants);
        }
        return own;
    }

    private static void insertImages(Connection connection, String statement, List<Merchant> merchants)
            throws Exception {
        int each = merchants.getFirst().imagePaths().size();
        insert(
                connection,
                statement,
                uuids(connection, merchants, each),
                texts(connection, merchants, Merchant::imagePaths));
    }

    private static void insert(Connection connection, String statement, Array... columns) throws Exception {
        try (PreparedStatement insert = connection.prepareStatement(statement)) {
            for (int i = 0; i < columns.length; i++) {
                insert.setArray(i + 1, columns[i]);
            }
            insert.executeUpdate();
        }
    }

    /** The id of each store, so many times. */
    private static Array uuids(Connection connection, List<Merchant> merchants, int times) throws Exception {
        return connection.createArrayOf(
                "uuid",
                merchants.stream()
                        .flatMap(merchant -> Collections.nCopies(times, merchant.storeId()).stream())
                        .toArray());
    }

    private static Array texts(Connection connection, List<Merchant> merchants, Function<Merchant, List<String>> values)
            throws Exception {
        return connection.createArrayOf(
                "text",
                merchants.stream()
                        .flatMap(merchant -> values.apply(merchant).stream())
                        .toArray());
    }
}
