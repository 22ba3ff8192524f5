package dev.wearon.local.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PrivateFiles;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.SuiteUnderTest;
import dev.wearon.processes.Waiting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Backs up a suite with a real PostgreSQL while it writes, kills it, and starts the copy. The services are fake ones. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BackupTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String SECRET = "a-token-that-no-file-but-the-keys-may-have";
    private static final int PICTURE_BYTES = 64 << 20;

    @TempDir
    static Path folder;

    private static SuiteUnderTest suite;
    private static Path picture;

    @BeforeAll
    static void up() throws Exception {
        suite = new SuiteUnderTest(folder, Map.of("WEARON_ADMIN_TOKEN", SECRET, "WEARON_WORKER_CONCURRENCY", "1"));
        assertUp(suite);
        picture = suite.layout().storageData().resolve("blobs/0a/picture");
        Files.createDirectories(picture.getParent());
        Files.write(picture, new byte[PICTURE_BYTES]);
        Files.createDirectories(suite.layout().storageData().resolve("incoming"));
        Files.writeString(suite.layout().storageData().resolve("incoming/unfinished"), "half a picture");
        sql(suite, "CREATE TABLE acknowledged (number int PRIMARY KEY, filler text DEFAULT repeat('x', 500))");
    }

    @AfterAll
    static void down() throws Exception {
        suite.close();
    }

    @Test
    @Order(1)
    void refusesAFolderWithContentOrInsideTheData() throws Exception {
        Path mine = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(mine.resolve("file"), "");
        assertRefused(suite, mine, "is not empty", "Nothing was changed");
        assertRefused(suite, suite.layout().data().resolve("backup"), "cannot be in the data folder");
        assertRefused(suite, folder, "cannot be in the data folder");
        assertThat(suite.layout().data().resolve("backup")).doesNotExist();
    }

    @Test
    @Order(2)
    void refusesASuiteThatIsDown() throws Exception {
        assertRefused(suite.inAnotherFolder("no suite"), folder.resolve("none"), "is not up", " up --data ");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    @Order(3)
    void aKilledBackupIsNoneAndTheNextOneRemovesItsFiles() throws Exception {
        Path target = folder.resolve("killed");
        Path unfinished = folder.resolve("killed.partial");
        Process backup = suite.start("backup", target.toString());
        assertThat(Waiting.until(TIMEOUT, () -> Files.exists(unfinished.resolve("postgres"))))
                .isTrue();
        backup.destroyForcibly().waitFor();
        assertThat(target).doesNotExist();
        assertThat(unfinished).exists();
        assertThat(Waiting.until(TIMEOUT, () -> slots() == 0)).isTrue();

        SuiteUnderTest.Ended next = suite.run("backup", folder.resolve("next").toString());
        assertThat(next.exitCode()).as(next.output()).isZero();
        assertThat(unfinished).doesNotExist();
        assertThat(slots()).isZero();
    }

    @Test
    @Order(4)
    void hasEveryRowThatWasCommittedBeforeItBegan() throws Exception {
        Path target = Files.createDirectories(folder.resolve("an empty folder"));
        AtomicInteger committed = new AtomicInteger();
        Thread writer = Thread.ofPlatform().start(() -> writeUntilKilled(committed));
        assertThat(Waiting.until(TIMEOUT, () -> committed.get() > 200)).isTrue();
        int before = committed.get();
        Instant began = Instant.now();

        SuiteUnderTest.Ended backup = suite.run("backup", target.toString(), "--json");

        assertThat(backup.exitCode()).as(backup.output()).isZero();
        assertThat(committed.get()).as("the suite worked meanwhile").isGreaterThan(before);
        Manifest manifest = Manifest.read(target);
        assertThat(manifest.takenAt()).isAfter(began.minusSeconds(1));
        assertThat(manifest.postgresMajor()).matches("\\d+");
        assertThat(target.resolve("postgres/postmaster.pid")).doesNotExist();
        assertThat(target.resolve("images/incoming")).doesNotExist();
        assertOnlyTheKeysAreSecret(target);

        kill();
        writer.join();
        SuiteUnderTest copy = suite.inAnotherFolder("restored").with(Map.of());
        Restore restore = Restore.of(target, target.resolve("keys.json"), copy.layout());
        assertThat(restore.settings().portBase()).isEqualTo(copy.layout().portBase());
        assertThat(restore.settings().variables())
                .containsEntry("WEARON_WORKER_CONCURRENCY", "1")
                .containsEntry("WEARON_ADMIN_TOKEN", "(secret)");
        restore.verify(line -> {});
        restore.write(copy.layout(), line -> {});
        try (copy) {
            assertUp(copy);
            int rows = number(copy, "SELECT count(*) FROM acknowledged");
            assertThat(rows).isBetween(before, committed.get());
            assertThat(number(copy, "SELECT max(number) FROM acknowledged")).isEqualTo(rows);
            assertThat(copy.layout().storageData().resolve("blobs/0a/picture")).hasSize(PICTURE_BYTES);
            assertThat(copy.runFile().demo()).isEqualTo(demoOf(target));
        }
    }

    /** The supervisor first, because it restarts the others. */
    private static void kill() throws Exception {
        List<ProcessHandle> processes = suite.processes();
        ProcessHandle supervisor =
                ProcessHandle.of(suite.runFile().supervisorPid()).orElseThrow();
        supervisor.destroyForcibly();
        processes.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : processes) {
            process.onExit().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void writeUntilKilled(AtomicInteger committed) {
        try (Connection connection = suite.database();
                Statement statement = connection.createStatement()) {
            while (true) {
                statement.execute("INSERT INTO acknowledged VALUES (" + (committed.get() + 1) + ")");
                committed.incrementAndGet();
            }
        } catch (Exception killed) {
            assertThat(killed).isInstanceOf(SQLException.class);
        }
    }

    private static RunFile.Demo demoOf(Path backup) throws Exception {
        String saved = PrivateFiles.JSON
                .readTree(backup.resolve("keys.json").toFile())
                .path("demo-store.json")
                .textValue();
        var demo = PrivateFiles.JSON.readTree(saved);
        return new RunFile.Demo(
                demo.path("store_id").textValue(), demo.path("api_key").textValue());
    }

    private static void assertOnlyTheKeysAreSecret(Path backup) throws Exception {
        Layout layout = suite.layout();
        String password = PrivateFiles.JSON
                .readTree(layout.secrets().toFile())
                .path("postgres_password")
                .textValue();
        assertThat(Files.readString(backup.resolve("keys.json")))
                .contains(password)
                .doesNotContain(SECRET);
        try (Stream<Path> files = Files.walk(backup)) {
            List<Path> others = files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("keys.json") && !file.endsWith("picture"))
                    .toList();
            for (Path file : others) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(password, SECRET, "PRIVATE KEY");
            }
        }
    }

    private static void assertRefused(SuiteUnderTest of, Path target, String... parts) throws Exception {
        SuiteUnderTest.Ended refused = of.run("backup", target.toString());
        assertThat(refused.exitCode()).as(refused.output()).isEqualTo(2);
        assertThat(refused.output()).contains(parts).contains("hint: ");
    }

    private static void assertUp(SuiteUnderTest started) throws Exception {
        SuiteUnderTest.Ended up = started.run("up");
        assertThat(up.exitCode()).as(up.output()).isZero();
    }

    private static int slots() {
        try {
            return number(suite, "SELECT count(*) FROM pg_replication_slots");
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private static int number(SuiteUnderTest of, String query) throws Exception {
        try (Connection connection = of.database();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void sql(SuiteUnderTest of, String statement) throws Exception {
        try (Connection connection = of.database();
                Statement executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }
}
