package dev.wearon.local.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.local.suite.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevocationsTest {

    private static final Instant BACKUP = Instant.parse("2026-11-21T10:00:00Z");
    private static final UUID STORE = UUID.fromString("0193c0de-0000-7000-8000-000000000001");
    private static final UUID KEY = UUID.fromString("0193c0de-0000-7000-8000-000000000002");
    private static final UUID OTHER = UUID.fromString("0193c0de-0000-7000-8000-000000000003");

    @TempDir
    Path folder;

    @Test
    void areReadFromAllLogsOfADataFolder() throws Exception {
        log("gateway-service.log.2", line("10:30", "API key " + OTHER + " of store " + STORE + " is replaced"));
        log(
                "gateway-service.log",
                line("11:00", "API key " + KEY + " of store " + STORE + " is revoked"),
                line("11:01", "Store " + STORE + " has the status inactive"),
                "java.lang.IllegalStateException: a line without a time");
        Revocations found = Revocations.since(BACKUP, folder);
        assertThat(found.keys()).containsExactlyInAnyOrder(KEY, OTHER);
        assertThat(found.inactiveStores()).containsExactly(STORE);
        assertThat(found.reachBackTo(BACKUP)).isFalse();
    }

    @Test
    void beginAtTheBackup() throws Exception {
        log(
                "gateway-service.log",
                line("09:59", "API key " + OTHER + " of store " + STORE + " is revoked"),
                line("11:00", "API key " + KEY + " of store " + STORE + " is revoked"));
        Revocations found = Revocations.since(BACKUP, folder.resolve("logs"));
        assertThat(found.keys()).containsExactly(KEY);
        assertThat(found.reachBackTo(BACKUP)).isTrue();
    }

    @Test
    void endWhenAStoreIsActiveAgain() throws Exception {
        log(
                "gateway-service.log.1",
                line("10:01", "Store " + STORE + " has the status inactive"),
                line("10:02", "Store " + OTHER + " has the status inactive"));
        log(
                "gateway-service.log",
                line("10:03", "Store " + STORE + " has the status active"),
                line("10:04", "Store " + STORE + " has the status suspended"));
        assertThat(Revocations.since(BACKUP, folder).inactiveStores()).containsExactly(OTHER);
        assertThat(Revocations.since(BACKUP, folder).suspendedStores()).containsExactly(STORE);
    }

    /** With {@code WEARON_LOG_JSON=true}, and for logs of a cluster. */
    @Test
    void areReadFromLogsInJson() throws Exception {
        log(
                "gateway-service.log",
                json("09:59", "API key " + OTHER + " of store " + STORE + " is revoked"),
                json("11:00", "API key " + KEY + " of store " + STORE + " is revoked"),
                json("11:01", "Store " + STORE + " has the status inactive"));
        Revocations found = Revocations.since(BACKUP, folder);
        assertThat(found.keys()).containsExactly(KEY);
        assertThat(found.inactiveStores()).containsExactly(STORE);
        assertThat(found.reachBackTo(BACKUP)).isTrue();
    }

    @Test
    void needALog() {
        assertThatThrownBy(() -> Revocations.since(BACKUP, folder))
                .isInstanceOf(UserError.class)
                .hasMessageContainingAll("no gateway-service.log", "--revoked-in");
    }

    private void log(String name, String... lines) throws Exception {
        Path file = Files.createDirectories(folder.resolve("logs")).resolve(name);
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    private static String line(String time, String message) {
        return "2026-11-21T" + time + ":00.000+0000 INFO  [d.w.g.k.ApiKeysResource] request_id=req_1 " + message;
    }

    private static String json(String time, String message) {
        return "{\"timestamp\":\"2026-11-21T%s:00.123456789Z\",\"level\":\"INFO\",\"message\":\"%s\",\"mdc\":{}}"
                .formatted(time, message);
    }
}
