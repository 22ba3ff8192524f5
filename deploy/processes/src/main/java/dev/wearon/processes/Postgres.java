package dev.wearon.processes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.postgresql.util.PSQLException;

/**
 * PostgreSQL on the loopback interface, with its data in one folder. {@code fsync} and {@code synchronous_commit} are on, because
 * this is the database of a ledger. PostgreSQL refuses to run as root; for root it is started in its own user namespace.
 *
 * @param dataDir the cluster's folder; initialised when it holds no cluster
 * @param port a free TCP port on 127.0.0.1
 * @param password of the superuser {@code postgres}, with which the cluster was initialised
 */
public record Postgres(Path dataDir, int port, String password) implements Program {

    /** The name of the superuser, and of the database that every server has. */
    public static final String SUPERUSER = "postgres";

    @Override
    public String name() {
        return "postgres";
    }

    /** The database {@code postgres} with the role of the superuser. */
    public PostgresAddress address() {
        return new PostgresAddress("127.0.0.1", port, SUPERUSER, SUPERUSER, password);
    }

    /**
     * Initialises the cluster in a temporary folder beside {@code dataDir} and then renames this folder to {@code dataDir}, so
     * {@code dataDir} never holds an incomplete cluster. An interrupted or failed initialisation leaves the temporary folder.
     *
     * @throws IOException also when the folder holds the cluster of another major version
     */
    @Override
    public void prepare() throws IOException {
        Path version = dataDir.resolve("PG_VERSION");
        if (Files.exists(version)) {
            requireSameMajor(Files.readString(version).strip());
            PostmasterLock.of(dataDir).removeIfStale();
            return;
        }
        Path folder = Files.createDirectories(dataDir.toAbsolutePath().getParent());
        Path unfinished = Files.createTempDirectory(folder, "postgres-initialising-");
        Path passwordFile = Files.createTempFile(folder, "postgres-", ".password");
        try {
            Files.writeString(passwordFile, password);
            run(List.of(
                    executable("initdb"),
                    "--pgdata=" + unfinished,
                    "--username=" + SUPERUSER,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C"));
            Files.move(unfinished, dataDir);
        } finally {
            Files.deleteIfExists(passwordFile);
        }
    }

    @Override
    public ProcessBuilder command() {
        try {
            return new ProcessBuilder(asOrdinaryUser(List.of(
                    executable("postgres"),
                    "-D",
                    dataDir.toString(),
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    // Enough for the pools of the nine processes of a drill with two of each service.
                    "max_connections=200",
                    "-c",
                    "shared_buffers=64MB",
                    "-c",
                    "fsync=on",
                    "-c",
                    "synchronous_commit=on")));
        } catch (IOException notUnpacked) {
            throw new IllegalStateException("Call prepare() before command().", notUnpacked);
        }
    }

    @Override
    public boolean isReady() {
        try (Connection connection = connect(1, 2)) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }

    /** A refusal is an answer: the server may be recovering, or have no free connection. */
    @Override
    public boolean answers(Duration timeout) {
        int seconds = Math.toIntExact(Math.max(1, timeout.toSeconds()));
        try {
            connect(seconds, seconds).close();
            return true;
        } catch (SQLException failed) {
            return failed instanceof PSQLException answer && answer.getServerErrorMessage() != null;
        }
    }

    private Connection connect(int connectSeconds, int answerSeconds) throws SQLException {
        Properties properties = address().jdbcProperties();
        properties.setProperty("connectTimeout", Integer.toString(connectSeconds));
        properties.setProperty("socketTimeout", Integer.toString(answerSeconds));
        return DriverManager.getConnection(address().jdbcUrl(), properties);
    }

    /** A fast shutdown: the server disconnects clients, rolls back open transactions and writes a checkpoint. */
    @Override
    public void requestStop(ProcessHandle process) throws IOException {
        stopFast(process);
    }

    /** Sends SIGINT with the shell's own {@code kill}, because the machine may have no program {@code kill}. */
    public static void stopFast(ProcessHandle postmaster) throws IOException {
        new ProcessBuilder("/bin/sh", "-c", "kill -INT " + postmaster.pid()).start();
    }

    /** The server that runs on {@code dataDir}, also one that a crashed run left behind. */
    public static Optional<ProcessHandle> runningOn(Path dataDir) throws IOException {
        return PostmasterLock.of(dataDir).postmaster();
    }

    /** The major version of this server, for example {@code 18}. Only a server of the same one can use its folder. */
    public static String major() throws IOException {
        return run(List.of(executable("postgres"), "--version")).replaceAll("(?s)\\D*(\\d+).*", "$1");
    }

    private void requireSameMajor(String clusterMajor) throws IOException {
        String ownMajor = major();
        if (!ownMajor.equals(clusterMajor)) {
            throw new IOException(
                    "%s was made by PostgreSQL %s, and this is PostgreSQL %s. Use another data folder, or move the data with pg_dump of version %s"
                            .formatted(dataDir, clusterMajor, ownMajor, clusterMajor));
        }
    }

    private static String executable(String name) throws IOException {
        return Binaries.postgres().resolve("bin").resolve(name).toString();
    }

    private static List<String> asOrdinaryUser(List<String> command) {
        if (!System.getProperty("user.name").equals("root")) {
            return command;
        }
        List<String> wrapped = new ArrayList<>(List.of("unshare", "--user"));
        wrapped.addAll(command);
        return wrapped;
    }

    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(asOrdinaryUser(command))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command.getFirst() + " failed: " + output);
            }
            return output;
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted during " + command.getFirst(), interrupted);
        }
    }
}
