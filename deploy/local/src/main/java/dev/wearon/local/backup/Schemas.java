package dev.wearon.local.backup;

import dev.wearon.local.suite.Layout;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/** The newest migration of each schema: in a database, and in the services that are built. */
final class Schemas {

    private static final Pattern MIGRATION = Pattern.compile("db/migration/V(\\d+)__.*\\.sql");
    private static final String EXISTS = "SELECT to_regclass('%s.flyway_schema_history') IS NOT NULL";
    private static final String NEWEST =
            "SELECT coalesce(max(version::int), 0) FROM %s.flyway_schema_history WHERE success";

    private Schemas() {}

    static Map<String, Integer> in(Connection database) throws SQLException {
        Map<String, Integer> newest = new TreeMap<>();
        try (Statement statement = database.createStatement()) {
            for (String service : Layout.SERVICES) {
                String schema = Layout.schema(service);
                if (first(statement, EXISTS.formatted(schema)).equals("t")) {
                    newest.put(schema, Integer.valueOf(first(statement, NEWEST.formatted(schema))));
                }
            }
        }
        return newest;
    }

    private static String first(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Of the services that {@code up} would start. */
    static Map<String, Integer> built(Layout layout) throws IOException {
        Map<String, Integer> newest = new TreeMap<>();
        for (String service : Layout.SERVICES) {
            Path folder = layout.built(service).resolve("app");
            int version = 0;
            if (Files.isDirectory(folder)) {
                try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
                    for (Path jar : jars) {
                        version = Math.max(version, newestIn(jar));
                    }
                }
            }
            newest.put(Layout.schema(service), version);
        }
        return newest;
    }

    private static int newestIn(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .map(entry -> MIGRATION.matcher(entry.getName()))
                    .filter(Matcher::matches)
                    .mapToInt(migration -> Integer.parseInt(migration.group(1)))
                    .max()
                    .orElse(0);
        }
    }
}
