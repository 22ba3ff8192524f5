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
 * {@code run.json}: where a running suite is and how to reach it. It is there exactly while the suite is up, is replaced as
 * a whole, and holds secrets, so only its owner may read it. A null {@code pid} marks a server that was there before.
 *
 * @param postgres its {@code url} is the administrator's, with the password
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
        List<Restart> restarts) {

    /** A file of a version that did not tell them has none. */
    public RunFile {
        restarts = restarts == null ? List.of() : List.copyOf(restarts);
    }

    /** The store that {@code wearon demo} uses. */
    public record Demo(String storeId, String apiKey) {}

    public record Service(String name, long pid, int port, String url, String managementUrl) {}

    public record PostgresServer(String url, Long pid, int port, String database, String username) {}

    public record RedisServer(String url, Long pid) {}

    /** The last time that a program was started again. */
    public record Restart(String name, Instant at, String reason) {}

    public void write(Path file) throws IOException {
        PrivateFiles.writeJson(file, this);
    }

    /**
     * Empty when the suite is not up.
     *
     * @throws UserError when the file is there and is not what a supervisor writes
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
            // Its message would quote the file, and the file holds secrets.
            throw unreadable(file);
        }
    }

    private boolean isComplete() {
        return Stream.of(gatewayUrl, adminToken, demo, services, postgres, redis, dataDir)
                .allMatch(Objects::nonNull);
    }

    private static UserError unreadable(Path file) {
        return new UserError(
                file + " cannot be read: it is damaged, or not yours.",
                "try again in a few seconds, as a running suite writes it anew; if that does not help, take the suite"
                        + " down and up again, which needs no such file");
    }

    /** Where the suite is, without its secrets. */
    @Override
    public String toString() {
        return "RunFile[" + gatewayUrl + ", " + dataDir + "]";
    }
}
