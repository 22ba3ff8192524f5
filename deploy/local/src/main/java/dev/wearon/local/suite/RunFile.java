package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code run.json}: the addresses and processes of a running suite. It exists only while the suite is up, and is replaced
 * atomically. It contains secrets, so only its owner may read it. A null {@code pid} means an existing server.
 *
 * @param postgres its {@code url} contains the administrator's name and password
 * @param prometheusUrl null unless the suite was started with {@code --observe}
 * @param shopUrl null unless the suite was started with {@code --shop}
 */
public record RunFile(
        String gatewayUrl,
        String adminToken,
        Demo demo,
        List<Service> services,
        PostgresServer postgres,
        RedisServer redis,
        long supervisorPid,
        int portBase,
        String dataDir,
        Instant startedAt,
        List<Restart> restarts,
        String prometheusUrl,
        String shopUrl) {

    /** A file of an older version has no restarts. */
    public RunFile {
        restarts = restarts == null ? List.of() : List.copyOf(restarts);
    }

    /** The store that {@code wearon demo} uses. */
    public record Demo(String storeId, String apiKey) {}

    public record Service(String name, long pid, int port, String url, String managementUrl) {}

    public record PostgresServer(String url, Long pid, int port, String database, String username) {}

    public record RedisServer(String url, Long pid) {}

    /** The last restart of a program. */
    public record Restart(String name, Instant at, String reason) {}

    public void write(Path file) throws IOException {
        PrivateFiles.writeJson(file, this);
    }

    /**
     * Empty if the suite is not up.
     *
     * @throws UserError if the file is damaged
     */
    public static Optional<RunFile> read(Path file) throws UserError {
        try {
            RunFile run = PrivateFiles.JSON.readValue(Files.readAllBytes(file), RunFile.class);
            if (run == null || !run.isComplete()) {
                throw unreadable(file);
            }
            return Optional.of(run);
        } catch (NoSuchFileException notUp) {
            return Optional.empty();
        } catch (IOException damaged) {
            // The message quotes the file, which contains secrets.
            throw unreadable(file);
        }
    }

    private boolean isComplete() {
        return Stream.of(gatewayUrl, adminToken, demo, services, postgres, redis, dataDir)
                .allMatch(Objects::nonNull);
    }

    private static UserError unreadable(Path file) {
        return new UserError(
                file + " cannot be read: it is damaged, or belongs to another user.",
                "try again in a few seconds, because a running suite repairs the file; if it does not, take the suite"
                        + " down and up again");
    }

    /** Does not show the secrets. */
    @Override
    public String toString() {
        return "RunFile[" + gatewayUrl + ", " + dataDir + "]";
    }
}
