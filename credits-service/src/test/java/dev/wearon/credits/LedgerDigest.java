package dev.wearon.credits;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Hashes every table of the schema, so that a test can show that nothing changed. */
public final class LedgerDigest {

    /** The running processes are not of the ledger, and change all the time. */
    private static final String TABLES =
            "SELECT tablename FROM pg_tables WHERE schemaname = 'credits' AND tablename <> 'instances'";

    private static final String DIGEST =
            "SELECT count(*) || ' rows ' || md5(coalesce(string_agg(t::TEXT, E'\\n' ORDER BY t::TEXT), '')) FROM credits.%s t";

    private LedgerDigest() {}

    /** Returns the number of rows and a hash of the content, by table. */
    public static Map<String, String> ofAllTables() throws SQLException {
        try (Connection connection = LedgerRows.connect();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            ResultSet names = statement.executeQuery(TABLES);
            while (names.next()) {
                tables.add(names.getString(1));
            }
            Map<String, String> digest = new TreeMap<>();
            for (String table : tables) {
                ResultSet row = statement.executeQuery(DIGEST.formatted(table));
                row.next();
                digest.put(table, row.getString(1));
            }
            return digest;
        }
    }
}
