package dev.wearon.processes;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Unpacks the servers' binaries from the class path into the user's cache folder, once for each version. All runs and tests share
 * them. The SHA-256 of the archive is part of the folder's name, so each version has its own folder.
 */
final class Binaries {

    private static final boolean MAC =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    /** System property: where to unpack when the user's cache folder cannot be written. */
    private static final String FALLBACK_CACHE = "wearon.fallback-cache";

    private Binaries() {}

    /** The folder that holds PostgreSQL's {@code bin}, {@code lib} and {@code share}. */
    static Path postgres() throws IOException {
        String archive = "/postgres-%s-%s.txz".formatted(MAC ? "darwin" : "linux", ARM ? "arm_64" : "x86_64");
        return unpackedOnce("postgres", archive, (stream, folder) -> unpackTxz(stream, folder));
    }

    /** The Redis server's executable file. */
    static Path redis() throws IOException {
        String name = "/redis-server-7.0.15-%s-%s".formatted(MAC ? "darwin" : "linux", ARM ? "arm64" : "amd64");
        return unpackedOnce("redis", name, (stream, folder) -> {
                    Path file = folder.resolve("redis-server");
                    Files.copy(stream, file);
                    makeExecutable(file);
                })
                .resolve("redis-server");
    }

    @FunctionalInterface
    private interface Unpack {
        void into(InputStream stream, Path folder) throws IOException;
    }

    private static Path unpackedOnce(String what, String resource, Unpack unpack) throws IOException {
        String name = what + "-" + sha256(resource).substring(0, 16);
        Path folder = cache().resolve(name);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        folder = writableCache().resolve(name);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path unfinished = Files.createTempDirectory(folder.getParent(), what + "-unpacking-");
        try (InputStream stream = open(resource)) {
            unpack.into(stream, unfinished);
            // The rename is atomic, so the folder is never incomplete. If another process has unpacked the same version
            // meanwhile, the rename fails, and its folder is used.
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException another) {
            TemporaryFolder.deleteTree(unfinished);
        } catch (AtomicMoveNotSupportedException impossible) {
            throw new IllegalStateException("A rename inside one folder must be atomic", impossible);
        } catch (IOException failed) {
            TemporaryFolder.deleteTree(unfinished);
            if (Files.isDirectory(folder)) {
                return folder;
            }
            throw failed;
        }
        return folder;
    }

    private static Path cache() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg != null && !xdg.isBlank() ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("wearon");
    }

    /** A service account may have no home folder; then the system property {@code wearon.fallback-cache} names another folder. */
    private static Path writableCache() throws IOException {
        String fallback = System.getProperty(FALLBACK_CACHE);
        for (Path cache : fallback == null ? List.of(cache()) : List.of(cache(), Path.of(fallback))) {
            try {
                if (Files.isWritable(Files.createDirectories(cache))) {
                    return cache;
                }
            } catch (IOException notThisOne) {
                // The next one, or the exception below.
            }
        }
        throw new IOException(cache() + " cannot be written, and the servers' programs are unpacked there."
                + "\n  hint: set XDG_CACHE_HOME to a folder that can be written");
    }

    private static InputStream open(String resource) throws IOException {
        InputStream stream = Binaries.class.getResourceAsStream(resource);
        if (stream == null) {
            throw new FileNotFoundException(
                    "There is no %s for this platform (%s %s). Use servers of your own: WEARON_DB_URL, WEARON_REDIS_URL."
                            .formatted(resource, System.getProperty("os.name"), System.getProperty("os.arch")));
        }
        return new BufferedInputStream(stream);
    }

    private static String sha256(String resource) throws IOException {
        try (InputStream stream = open(resource)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = stream.read(buffer)) > 0; ) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void unpackTxz(InputStream stream, Path folder) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(stream))) {
            for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("The archive reaches outside its folder: " + entry.getName());
                }
                Files.createDirectories(entry.isDirectory() ? target : target.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (entry.isFile()) {
                    Files.copy(tar, target);
                    if ((entry.getMode() & 0111) != 0) {
                        makeExecutable(target);
                    }
                }
            }
        }
    }

    private static void makeExecutable(Path file) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        permissions.add(PosixFilePermission.OWNER_EXECUTE);
        permissions.add(PosixFilePermission.GROUP_EXECUTE);
        permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        Files.setPosixFilePermissions(file, permissions);
    }
}
