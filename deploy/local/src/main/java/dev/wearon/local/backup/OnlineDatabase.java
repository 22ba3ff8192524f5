package dev.wearon.local.backup;

import dev.wearon.processes.PostgresAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;

/**
 * A low-level backup of a running PostgreSQL, in one session. If the session ends early, PostgreSQL forgets the backup and drops
 * the replication slot.
 */
final class OnlineDatabase implements AutoCloseable {

    /** Content that belongs to the running server. The folders themselves must exist. */
    private static final Set<String> EMPTY = Set.of(
            "pg_dynshmem",
            "pg_notify",
            "pg_replslot",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans",
            "pg_wal");

    private static final Set<String> OF_THE_SERVER = Set.of(
            "postmaster.pid",
            "postmaster.opts",
            "backup_label",
            "tablespace_map",
            "backup_manifest",
            "current_logfiles");

    private static final String CONTROL = "global/pg_control";
    private static final int CONTROL_READS = 10;

    /** A name of its own for each session; {@code true, true}: keeps the WAL from now on, and ends with the session. */
    private static final String KEEP_WAL =
            "SELECT pg_create_physical_replication_slot('wearon_backup_' || pg_backend_pid(), true, true)";

    /** {@code true}: with an immediate checkpoint. */
    private static final String START = "SELECT pg_walfile_name(pg_backup_start('wearon backup', true))";

    /** {@code false}: does not wait for an archive. It ends the last segment, which is complete on the disk then. */
    private static final String STOP = "SELECT labelfile, spcmapfile, pg_walfile_name(lsn) FROM pg_backup_stop(false)";

    private static final String CONNECT_SECONDS = "10";

    /** Longer than a checkpoint of a busy disk. */
    private static final String ANSWER_SECONDS = "600";

    private final Connection session;
    private final Path data;
    private final String firstSegment;

    private OnlineDatabase(Connection session, Path data, String firstSegment) {
        this.session = session;
        this.data = data;
        this.firstSegment = firstSegment;
    }

    /** @param data the folder of the server */
    static OnlineDatabase begin(PostgresAddress superuser, Path data) throws SQLException {
        Properties properties = superuser.jdbcProperties();
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("socketTimeout", ANSWER_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        Connection session = DriverManager.getConnection(superuser.jdbcUrl(), properties);
        try (Statement statement = session.createStatement()) {
            statement.execute(KEEP_WAL);
            return new OnlineDatabase(session, data, text(session, START));
        } catch (SQLException failed) {
            session.close();
            throw failed;
        }
    }

    Connection session() {
        return session;
    }

    String systemIdentifier() throws SQLException {
        return text(session, "SELECT system_identifier FROM pg_control_system()");
    }

    /**
     * Copies the files, ends the backup and copies the WAL of that time.
     *
     * @return what was acknowledged before this time is in the copy
     */
    Instant copyInto(TreeCopy copy, String name) throws IOException, SQLException {
        copy.tree(data, name, this::isCopied);
        copyControl(copy, name + "/" + CONTROL);
        Instant end;
        try (Statement statement = session.createStatement();
                ResultSet now = statement.executeQuery("SELECT clock_timestamp()")) {
            now.next();
            end = now.getObject(1, OffsetDateTime.class).toInstant();
        }
        try (Statement statement = session.createStatement();
                ResultSet stopped = statement.executeQuery(STOP)) {
            stopped.next();
            copy.content(stopped.getString("labelfile").getBytes(StandardCharsets.UTF_8), name + "/backup_label");
            if (!stopped.getString("spcmapfile").isEmpty()) {
                throw new IOException("the database has tablespaces, which WearOn does not use and does not back up");
            }
            copySegments(copy, name + "/pg_wal", stopped.getString(3));
        }
        return end;
    }

    private boolean isCopied(Path path) {
        Path relative = data.relativize(path);
        String file = path.getFileName().toString();
        boolean insideAnEmptyFolder = relative.getNameCount() == 2
                && EMPTY.contains(relative.getName(0).toString());
        return !insideAnEmptyFolder
                && !OF_THE_SERVER.contains(file)
                && !relative.toString().equals(CONTROL)
                && !file.startsWith("pgsql_tmp")
                && !file.startsWith("pg_internal.init");
    }

    /** PostgreSQL may write this small file during a read. Two equal reads have found it at rest. */
    private void copyControl(TreeCopy copy, String name) throws IOException {
        Path control = data.resolve(CONTROL);
        byte[] before = Files.readAllBytes(control);
        for (int read = 0; read < CONTROL_READS; read++) {
            byte[] again = Files.readAllBytes(control);
            if (Arrays.equals(before, again)) {
                copy.content(again, name);
                return;
            }
            before = again;
        }
        throw new IOException(control + " changes too often to be copied");
    }

    private void copySegments(TreeCopy copy, String name, String lastSegment) throws IOException {
        try (DirectoryStream<Path> segments = Files.newDirectoryStream(data.resolve("pg_wal"))) {
            for (Path segment : segments) {
                String file = segment.getFileName().toString();
                if (file.matches("[0-9A-F]{24}")
                        && file.compareTo(firstSegment) >= 0
                        && file.compareTo(lastSegment) <= 0) {
                    copy.file(segment, name + "/" + file);
                }
            }
        }
    }

    private static String text(Connection session, String query) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() throws SQLException {
        session.close();
    }
}
