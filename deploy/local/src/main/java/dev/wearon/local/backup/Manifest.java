package dev.wearon.local.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.PrivateFiles;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * {@code manifest.json}: what a backup has, and what a restore needs. It is written last, so a folder without it is no backup.
 *
 * @param platform the operating system and the processor: files of PostgreSQL do not fit others
 * @param postgresMajor the major version of PostgreSQL
 * @param systemIdentifier the number that PostgreSQL gave this database server when it was initialised
 * @param schemas the newest migration of each schema
 * @param takenAt everything that was acknowledged before this time is in the backup, by the clock of the database
 * @param folders all folders, also empty ones, each after its parent
 * @param checksum the SHA-256 of this record with an empty checksum
 */
public record Manifest(
        int format,
        String wearonVersion,
        String platform,
        String postgresMajor,
        String systemIdentifier,
        Map<String, Integer> schemas,
        Instant takenAt,
        long bytes,
        List<String> folders,
        List<Item> files,
        String checksum) {

    static final String FILE = "manifest.json";
    static final int FORMAT = 1;

    /**
     * A file of the backup.
     *
     * @param path relative to the folder of the backup, with slashes
     */
    public record Item(String path, long size, String sha256) {}

    static String thisPlatform() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }

    Manifest sealed() throws IOException {
        return withChecksum(Sha256.of(PrivateFiles.JSON.writeValueAsBytes(withChecksum(""))));
    }

    private Manifest withChecksum(String other) {
        return new Manifest(
                format,
                wearonVersion,
                platform,
                postgresMajor,
                systemIdentifier,
                schemas,
                takenAt,
                bytes,
                folders,
                files,
                other);
    }

    /** @throws UserError if the folder has no manifest, or one that is damaged or of a newer version */
    static Manifest read(Path backup) throws IOException, UserError {
        JsonNode json;
        try {
            json = PrivateFiles.JSON.readTree(Files.readAllBytes(backup.resolve(FILE)));
        } catch (NoSuchFileException | NotDirectoryException none) {
            throw new UserError(
                    backup + " is not a backup: it has no " + FILE + ".",
                    "name the folder that ./wearon backup has written; an interrupted backup is none");
        } catch (JsonProcessingException damaged) {
            throw damaged(FILE);
        }
        int format = json.path("format").asInt();
        if (format > FORMAT) {
            throw new UserError(
                    "The backup has the format %d, and this version of WearOn reads up to %d."
                            .formatted(format, FORMAT),
                    "restore it with WearOn " + json.path("wearon_version").asText("of the backup") + " or newer");
        }
        if (format != FORMAT) {
            throw damaged(FILE);
        }
        try {
            Manifest manifest = PrivateFiles.JSON.treeToValue(json, Manifest.class);
            if (manifest.sealed().checksum().equals(manifest.checksum()) && manifest.isComplete()) {
                return manifest;
            }
            throw damaged(FILE);
        } catch (JsonProcessingException damaged) {
            throw damaged(FILE);
        }
    }

    private boolean isComplete() {
        return Stream.of(postgresMajor, platform, schemas, takenAt, folders, files)
                        .allMatch(Objects::nonNull)
                && Stream.concat(folders.stream(), files.stream().map(Item::path))
                        .allMatch(path -> path != null && isBelow(path));
    }

    /** A path that leaves the folder would let a forged backup write anywhere. */
    private static boolean isBelow(String path) {
        Path relative = Path.of(path);
        return !relative.isAbsolute()
                && !path.isEmpty()
                && !relative.normalize().startsWith("..");
    }

    static UserError damaged(String file) {
        return new UserError(
                "The backup is damaged: " + file + " is missing or not as it was written. Nothing was changed.",
                "use another backup, or another copy of this one");
    }
}
