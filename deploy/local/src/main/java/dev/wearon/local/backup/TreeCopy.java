package dev.wearon.local.backup;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Writes files below a folder, flushed to the disk and readable only by their owner, and remembers what it wrote. */
final class TreeCopy {

    private static final int BUFFER_BYTES = 1 << 20;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_ONLY_FOLDER = PosixFilePermissions.fromString("rwx------");

    private final Path root;
    private final Progress progress;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final List<String> folders = new ArrayList<>();
    private final List<Manifest.Item> files = new ArrayList<>();

    TreeCopy(Path root, Progress progress) {
        this.root = root;
        this.progress = progress;
    }

    List<String> folders() {
        return folders;
    }

    List<Manifest.Item> files() {
        return files;
    }

    void folder(String name) throws IOException {
        Files.createDirectory(root.resolve(name), PosixFilePermissions.asFileAttribute(OWNER_ONLY_FOLDER));
        folders.add(name);
    }

    /** Copies a folder that is in use: what vanishes meanwhile is not copied. */
    void tree(Path from, String name, Predicate<Path> included) throws IOException {
        folder(name);
        try (DirectoryStream<Path> content = Files.newDirectoryStream(from)) {
            for (Path path : content) {
                String inner = name + "/" + path.getFileName();
                if (!included.test(path)) {
                    continue;
                }
                if (Files.isDirectory(path)) {
                    tree(path, inner, included);
                } else {
                    file(path, inner);
                }
            }
        } catch (NoSuchFileException dropped) {
            if (Files.exists(from)) {
                throw dropped;
            }
        }
    }

    /** Empty if the file does not exist any more. */
    Optional<Manifest.Item> file(Path from, String name) throws IOException {
        try (InputStream in = Files.newInputStream(from)) {
            return Optional.of(write(in, name));
        } catch (NoSuchFileException vanished) {
            if (Files.exists(from)) {
                throw vanished;
            }
            return Optional.empty();
        }
    }

    Manifest.Item content(byte[] content, String name) throws IOException {
        return write(new ByteArrayInputStream(content), name);
    }

    private Manifest.Item write(InputStream in, String name) throws IOException {
        MessageDigest digest = Sha256.digest();
        long size = 0;
        try (FileChannel out = FileChannel.open(
                root.resolve(name),
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            for (int read; (read = in.read(buffer)) > 0; ) {
                digest.update(buffer, 0, read);
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                size += read;
                progress.add(read);
            }
            out.force(true);
        }
        Manifest.Item item = new Manifest.Item(name, size, Sha256.hex(digest.digest()));
        files.add(item);
        return item;
    }

    /** Flushes the folders, so that their files have names after a power failure. */
    void flushFolders() throws IOException {
        for (String folder : folders) {
            flush(root.resolve(folder));
        }
        flush(root);
    }

    static void flush(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
