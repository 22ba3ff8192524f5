package dev.wearon.local.backup;

import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PrivateFiles;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.Settings;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.PostgresAddress;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Copies a running suite into a new folder.
 *
 * @param layout of the suite
 * @param target the folder of the backup; does not exist, or is empty
 * @param version of WearOn
 */
public record Backup(Layout layout, Path target, String version) {

    static final String DATABASE = Layout.POSTGRES;
    static final String IMAGES = "images";

    /** For WAL and pictures that arrive meanwhile. */
    private static final long SPACE_TO_SPARE = 128L << 20;

    /** With one of these, the pictures are in a bucket or a folder that the suite does not own. */
    private static final List<String> ELSEWHERE = List.of("WEARON_STORAGE_BACKEND", "WEARON_STORAGE_DATA_DIR");

    private static final String OTHER_FOLDER = "name a folder that does not exist yet, for example one with the date";

    /** @param progress gets a line for each step */
    public Manifest take(Consumer<String> progress) throws IOException, UserError {
        RunFile run = running();
        if (target.startsWith(layout.data()) || layout.data().startsWith(target)) {
            throw UserError.usage(
                    "The backup cannot be in the data folder " + layout.data() + ", nor around it.",
                    "name a folder elsewhere, best on another disk");
        }
        UnfinishedFolder.requireEmpty(target, OTHER_FOLDER);
        long bytes = size(layout.postgresData()) + size(layout.storageData());
        UnfinishedFolder.requireSpace(target, bytes + SPACE_TO_SPARE);
        try (UnfinishedFolder unfinished = UnfinishedFolder.of(target)) {
            TreeCopy copy = new TreeCopy(unfinished.path(), new Progress(progress, bytes));
            Manifest manifest = copy(run, copy, progress);
            copy.flushFolders();
            PrivateFiles.writeJson(unfinished.path().resolve(Manifest.FILE), manifest);
            unfinished.publish();
            return manifest;
        } catch (SQLException failed) {
            throw new UserError(
                    "PostgreSQL did not complete the backup: " + failed.getMessage() + ". Nothing was written.",
                    "see " + layout.commandLine("status") + ", and repeat the command");
        }
    }

    private RunFile running() throws UserError {
        Optional<RunFile> run = RunFile.read(layout.runFile());
        if (run.isEmpty()) {
            throw new UserError(
                    "WearOn is not up in " + layout.data() + ".",
                    "start it with " + layout.commandLine("up")
                            + ", because the backup is made by the running PostgreSQL; or copy the whole folder while"
                            + " it is down");
        }
        if (run.get().postgres().pid() == null) {
            throw new UserError(
                    "The database is on the server of WEARON_DB_URL, of which this command copies no files.",
                    "back it up with the tools of that server; docs/operations/backup.md#managed-postgresql says how");
        }
        return run.get();
    }

    private record CopiedDatabase(Map<String, Integer> schemas, String systemIdentifier, Instant takenAt) {}

    private Manifest copy(RunFile run, TreeCopy copy, Consumer<String> progress) throws IOException, SQLException {
        CopiedDatabase database = copyDatabase(run, copy);
        progress.accept("  database  " + Progress.size(bytes(copy)));
        SuiteSettings settings = new SuiteSettings(run.portBase(), Settings.startedWith(run));
        copyImages(copy, settings, progress);
        copy.content(KeyFile.of(layout), KeyFile.FILE);
        copy.content(PrivateFiles.JSON.writeValueAsBytes(settings), SuiteSettings.FILE);
        return new Manifest(
                        Manifest.FORMAT,
                        version,
                        Manifest.thisPlatform(),
                        Files.readString(layout.postgresData().resolve("PG_VERSION"))
                                .strip(),
                        database.systemIdentifier(),
                        database.schemas(),
                        database.takenAt(),
                        bytes(copy),
                        copy.folders(),
                        copy.files(),
                        "")
                .sealed();
    }

    private CopiedDatabase copyDatabase(RunFile run, TreeCopy copy) throws IOException, SQLException {
        PostgresAddress superuser = PostgresAddress.parse(run.postgres().url());
        try (OnlineDatabase database = OnlineDatabase.begin(superuser, layout.postgresData())) {
            return new CopiedDatabase(
                    Schemas.in(database.session()), database.systemIdentifier(), database.copyInto(copy, DATABASE));
        }
    }

    /** The complete pictures and the mark of their suite. Unfinished uploads have no row in the database. */
    private void copyImages(TreeCopy copy, SuiteSettings settings, Consumer<String> progress) throws IOException {
        long before = bytes(copy);
        copy.folder(IMAGES);
        for (String part : List.of("owner", "blobs")) {
            Path from = layout.storageData().resolve(part);
            if (Files.isDirectory(from)) {
                copy.tree(from, IMAGES + "/" + part, path -> true);
            } else if (Files.exists(from)) {
                copy.file(from, IMAGES + "/" + part);
            }
        }
        boolean elsewhere = ELSEWHERE.stream().anyMatch(settings.variables()::containsKey);
        progress.accept("  pictures  "
                + (elsewhere
                        ? "not copied, because " + String.join(" or ", ELSEWHERE) + " is set"
                        : Progress.size(bytes(copy) - before)));
    }

    private static long bytes(TreeCopy copy) {
        return copy.files().stream().mapToLong(Manifest.Item::size).sum();
    }

    /** Approximate, because files come and go. */
    private static long size(Path folder) throws IOException {
        long[] sum = {0};
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
                if (failed instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failed;
            }
        });
        return sum[0];
    }
}
