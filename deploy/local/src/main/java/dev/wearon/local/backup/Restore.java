package dev.wearon.local.backup;

import dev.wearon.local.suite.DataFolder;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PrivateFiles;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A backup that is being restored. Starts nothing.
 *
 * @param keys the file with the keys, which may be stored elsewhere
 */
public record Restore(Path backup, Path keys, Manifest manifest, SuiteSettings settings) {

    private static final String OTHER_DATA =
            "choose a new folder with --data DIR; or, if its data is not needed, delete" + " it with ./wearon reset";

    /**
     * Reads a backup, and refuses one that does not fit this version or this machine.
     *
     * @param layout its {@code root} has the built services
     */
    public static Restore of(Path backup, Path keys, Layout layout) throws IOException, UserError {
        Manifest manifest = Manifest.read(backup);
        requireFitting(manifest, layout);
        if (!Files.isRegularFile(keys)) {
            throw new UserError(
                    "There is no file with the keys of the backup: " + keys + ". Nothing was changed.",
                    "name it with --keys FILE; without it the backup cannot be used");
        }
        Path settings = backup.resolve(SuiteSettings.FILE);
        check(settings, item(manifest, SuiteSettings.FILE));
        return new Restore(backup, keys, manifest, PrivateFiles.JSON.readValue(settings.toFile(), SuiteSettings.class));
    }

    private static void requireFitting(Manifest manifest, Layout layout) throws IOException, UserError {
        if (!manifest.platform().equals(Manifest.thisPlatform())) {
            throw new UserError(
                    "The backup was made on %s, and this is %s: the files of PostgreSQL do not fit. Nothing was changed."
                            .formatted(manifest.platform(), Manifest.thisPlatform()),
                    "restore it on a machine like the first one");
        }
        if (!manifest.postgresMajor().equals(Postgres.major())) {
            throw new UserError(
                    "The backup was made with PostgreSQL %s, and this is PostgreSQL %s. Nothing was changed."
                            .formatted(manifest.postgresMajor(), Postgres.major()),
                    "restore it with WearOn %s and PostgreSQL %s"
                            .formatted(manifest.wearonVersion(), manifest.postgresMajor()));
        }
        Map<String, Integer> known = Schemas.built(layout);
        for (Map.Entry<String, Integer> schema : manifest.schemas().entrySet()) {
            int newest = known.getOrDefault(schema.getKey(), 0);
            if (schema.getValue() > newest) {
                throw new UserError(
                        "The backup is of a newer version: its schema %s has migration %d, and this version knows %d. Nothing was changed."
                                .formatted(schema.getKey(), schema.getValue(), newest),
                        "restore it with the version that made it, or a newer one");
            }
        }
    }

    /** Refuses a data folder with content, or in use. */
    public void requireUsable(Layout layout) throws IOException, UserError {
        Path data = layout.data();
        if (data.startsWith(backup) || backup.startsWith(data)) {
            throw UserError.usage(
                    "The data folder cannot be in the backup " + backup + ", nor around it.",
                    "choose another folder with --data DIR");
        }
        if (new DataFolder(layout).isLocked()) {
            throw new UserError(
                    "WearOn is up in " + data + ". Nothing was changed.", "choose a new folder with --data DIR");
        }
        UnfinishedFolder.requireEmpty(data, OTHER_DATA);
        UnfinishedFolder.requireSpace(data, manifest.bytes());
    }

    /** Compares every file with its checksum. */
    public void verify(Consumer<String> progress) throws IOException, UserError {
        Progress checked = new Progress(progress, manifest.bytes());
        for (Manifest.Item item : manifest.files()) {
            check(source(item), item);
            checked.add(item.size());
        }
    }

    /** Writes the data folder, complete or not at all. Call {@link #verify} before. */
    public void write(Layout layout, Consumer<String> progress) throws IOException, UserError {
        try (UnfinishedFolder unfinished = UnfinishedFolder.of(layout.data())) {
            TreeCopy data = new TreeCopy(unfinished.path(), new Progress(progress, manifest.bytes()));
            for (String folder : manifest.folders()) {
                data.folder(nameInData(layout, folder));
            }
            for (Manifest.Item item : manifest.files()) {
                if (List.of(KeyFile.FILE, SuiteSettings.FILE).contains(item.path())) {
                    continue;
                }
                String written = data.file(source(item), nameInData(layout, item.path()))
                        .map(Manifest.Item::sha256)
                        .orElse("");
                if (!written.equals(item.sha256())) {
                    throw Manifest.damaged(item.path());
                }
            }
            KeyFile.unpack(keys, data);
            data.flushFolders();
            unfinished.publish();
        }
    }

    private Path source(Manifest.Item item) {
        return item.path().equals(KeyFile.FILE) ? keys : backup.resolve(item.path());
    }

    private static String nameInData(Layout layout, String name) {
        Path images = Path.of(Backup.IMAGES);
        Path path = Path.of(name);
        return path.startsWith(images)
                ? layout.data()
                        .relativize(layout.storageData())
                        .resolve(images.relativize(path))
                        .toString()
                : name;
    }

    private static void check(Path file, Manifest.Item item) throws IOException, UserError {
        if (!Files.isRegularFile(file)
                || Files.size(file) != item.size()
                || !Sha256.of(file).equals(item.sha256())) {
            if (item.path().equals(KeyFile.FILE)) {
                throw new UserError(
                        file + " is not the file with the keys of this backup, or it is damaged. Nothing was changed.",
                        "name the file that was made with this backup, or with another one between the same changes of"
                                + " keys");
            }
            throw Manifest.damaged(item.path());
        }
    }

    private static Manifest.Item item(Manifest manifest, String path) throws UserError {
        return manifest.files().stream()
                .filter(item -> item.path().equals(path))
                .findFirst()
                .orElseThrow(() -> Manifest.damaged(path));
    }
}
