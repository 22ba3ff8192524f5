package dev.wearon.local.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PrivateFiles;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Postgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restores a small backup, and refuses those that are wrong or damaged. No server runs. */
class RestoreTest {

    private static final Instant TAKEN = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir
    Path folder;

    private Path backup;
    private Layout layout;

    @BeforeEach
    void write() throws Exception {
        backup = folder.resolve("the backup");
        layout = new Layout(folder.resolve("source tree"), folder.resolve("data"), 8080);
        try (UnfinishedFolder unfinished = UnfinishedFolder.of(backup)) {
            TreeCopy copy = new TreeCopy(unfinished.path(), new Progress(line -> {}, 0));
            copy.folder("postgres");
            copy.folder("postgres/pg_notify");
            copy.content(bytes("18\n"), "postgres/PG_VERSION");
            copy.folder("images");
            copy.folder("images/blobs");
            copy.content(bytes("a picture"), "images/blobs/0a");
            Map<String, String> keys = new TreeMap<>(Map.of("secrets.json", "{}", "identities/gateway.pem", "a key"));
            copy.content(PrivateFiles.JSON.writeValueAsBytes(keys), KeyFile.FILE);
            SuiteSettings settings = new SuiteSettings(9090, Map.of("WEARON_WORKER_CONCURRENCY", "1"));
            copy.content(PrivateFiles.JSON.writeValueAsBytes(settings), SuiteSettings.FILE);
            Manifest manifest = new Manifest(
                    Manifest.FORMAT,
                    "0.1.0",
                    Manifest.thisPlatform(),
                    Postgres.major(),
                    "1",
                    Map.of(),
                    TAKEN,
                    100,
                    copy.folders(),
                    copy.files(),
                    "");
            PrivateFiles.writeJson(unfinished.path().resolve(Manifest.FILE), manifest.sealed());
            unfinished.publish();
        }
    }

    /** Whatever a test does, no unfinished folder stays. */
    @AfterEach
    void nothingUnfinishedStays() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.endsWith(".partial"));
        }
    }

    @Test
    void writesADataFolderThatOnlyItsOwnerReads() throws Exception {
        Restore restore = restore();
        assertThat(restore.settings().portBase()).isEqualTo(9090);
        assertThat(restore.settings().variables()).containsEntry("WEARON_WORKER_CONCURRENCY", "1");
        restoreAll();
        assertThat(layout.postgresData().resolve("PG_VERSION")).hasContent("18\n");
        assertThat(layout.postgresData().resolve("pg_notify")).isEmptyDirectory();
        assertThat(layout.storageData().resolve("blobs/0a")).hasContent("a picture");
        assertThat(layout.identities().resolve("gateway.pem")).hasContent("a key");
        assertThat(layout.data().resolve(KeyFile.FILE)).doesNotExist();
        for (Path root : List.of(layout.data(), backup)) {
            try (Stream<Path> files = Files.walk(root)) {
                assertThat(files).allSatisfy(file -> assertThat(
                                PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
            }
        }
    }

    @Test
    void takesTheKeysFromAnotherPlace() throws Exception {
        Path keys = Files.move(backup.resolve(KeyFile.FILE), folder.resolve("keys elsewhere"));
        assertRefused(this::restoreAll, "no file with the keys", "--keys FILE");
        Restore restore = Restore.of(backup, keys, layout);
        restore.verify(line -> {});
        restore.write(layout, line -> {});
        assertThat(layout.secrets()).hasContent("{}");
    }

    @Test
    void refusesTheKeysOfAnotherBackup() throws Exception {
        Files.writeString(backup.resolve(KeyFile.FILE), "{\"secrets.json\": \"other\"}");
        assertRefused(this::restoreAll, "is not the file with the keys of this backup", "hint");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres/PG_VERSION", "images/blobs/0a", "settings.json", "manifest.json"})
    void refusesADamagedFile(String name) throws Exception {
        Path file = backup.resolve(name);
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
        assertRefused(this::restoreAll, "The backup is damaged: " + name);
        Files.writeString(file, "");
        assertRefused(this::restoreAll, "The backup is damaged: " + name);
    }

    @Test
    void refusesABackupWithoutAFile() throws Exception {
        Files.delete(backup.resolve("images/blobs/0a"));
        assertRefused(this::restoreAll, "The backup is damaged: images/blobs/0a");
        Files.delete(backup.resolve(Manifest.FILE));
        assertRefused(this::restoreAll, "is not a backup", "./wearon backup");
    }

    @Test
    void refusesOtherVersionsAndMachines() throws Exception {
        rewrite(manifest -> with(manifest, manifest.platform(), manifest.postgresMajor(), Map.of("credits", 99)));
        assertRefused(this::restoreAll, "of a newer version", "schema credits has migration 99");
        rewrite(manifest -> with(manifest, manifest.platform(), "9", Map.of()));
        assertRefused(this::restoreAll, "made with PostgreSQL 9");
        rewrite(manifest -> with(manifest, "Another system", manifest.postgresMajor(), Map.of()));
        assertRefused(this::restoreAll, "made on Another system");
        Path file = backup.resolve(Manifest.FILE);
        Files.writeString(file, Files.readString(file).replace("\"format\" : 1", "\"format\" : 2"));
        assertRefused(this::restoreAll, "has the format 2", "hint");
    }

    @Test
    void refusesAPathThatLeavesTheFolder() throws Exception {
        rewrite(manifest -> new Manifest(
                manifest.format(),
                manifest.wearonVersion(),
                manifest.platform(),
                manifest.postgresMajor(),
                manifest.systemIdentifier(),
                manifest.schemas(),
                manifest.takenAt(),
                manifest.bytes(),
                List.of("../outside"),
                manifest.files(),
                ""));
        assertRefused(this::restoreAll, "The backup is damaged: manifest.json");
        assertThat(folder.resolve("outside")).doesNotExist();
    }

    @Test
    void refusesADataFolderWithContent() throws Exception {
        Path mine = Files.createDirectories(layout.data()).resolve("mine");
        Files.writeString(mine, "my file");
        assertThatThrownBy(this::restoreAll)
                .isInstanceOf(UserError.class)
                .hasMessageContainingAll("is not empty", "Nothing was changed", "--data DIR");
        assertThat(mine).hasContent("my file");
        Layout inside = new Layout(layout.root(), backup.resolve("data"), 8080);
        assertThatThrownBy(() -> restore().requireUsable(inside)).hasMessageContaining("cannot be in the backup");
        Layout aFile = new Layout(layout.root(), mine, 8080);
        assertThatThrownBy(() -> restore().requireUsable(aFile)).hasMessageContaining("is a file");
    }

    @Test
    void replacesAnEmptyDataFolder() throws Exception {
        Files.createDirectories(layout.data());
        restoreAll();
        assertThat(layout.secrets()).exists();
    }

    @Test
    void leavesNoDataFolderIfAFileIsDamagedDuringTheCopy() throws Exception {
        Restore restore = restore();
        Files.writeString(backup.resolve("images/blobs/0a"), "another picture");
        assertRefused(() -> restore.write(layout, line -> {}), "The backup is damaged: images/blobs/0a");
    }

    private Restore restore() throws Exception {
        return Restore.of(backup, backup.resolve(KeyFile.FILE), layout);
    }

    private void restoreAll() throws Exception {
        Restore restore = restore();
        restore.requireUsable(layout);
        restore.verify(line -> {});
        restore.write(layout, line -> {});
    }

    private void assertRefused(ThrowingCallable restore, String... parts) {
        assertThatThrownBy(restore).isInstanceOf(UserError.class).hasMessageContainingAll(parts);
        assertThat(layout.data()).doesNotExist();
    }

    private void rewrite(UnaryOperator<Manifest> change) throws Exception {
        Path file = backup.resolve(Manifest.FILE);
        Manifest manifest = PrivateFiles.JSON.readValue(file.toFile(), Manifest.class);
        PrivateFiles.writeJson(file, change.apply(manifest).sealed());
    }

    private static Manifest with(Manifest old, String platform, String postgres, Map<String, Integer> schemas) {
        return new Manifest(
                old.format(),
                old.wearonVersion(),
                platform,
                postgres,
                old.systemIdentifier(),
                schemas,
                old.takenAt(),
                old.bytes(),
                old.folders(),
                old.files(),
                "");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
