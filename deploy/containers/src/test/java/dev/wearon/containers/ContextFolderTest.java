package dev.wearon.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextFolderTest {

    @TempDir
    Path folder;

    @Test
    void filesHaveATimeOfTheirContentsAndMayBeRead() throws IOException {
        Path source = Files.createDirectories(folder.resolve("source"));
        Path first = Files.writeString(source.resolve("first.jar"), "one");
        Files.setPosixFilePermissions(first, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(source.resolve("same.jar"), "one");
        Files.writeString(source.resolve("other.jar"), "two");
        Path target = folder.resolve("target");

        ContextFolder.mirror(source, target, "startup-");

        assertThat(Files.getLastModifiedTime(target.resolve("first.jar")))
                .isEqualTo(Files.getLastModifiedTime(target.resolve("same.jar")))
                .isNotEqualTo(Files.getLastModifiedTime(target.resolve("other.jar")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve("first.jar"))))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void aMirrorHasTheFilesOfTheSourceAndKeepsItsOwnCaches() throws IOException {
        Path source = Files.createDirectories(folder.resolve("source"));
        Files.writeString(source.resolve("app.jar"), "new");
        Files.writeString(source.resolve("startup-1.aot"), "of another runtime");
        Path target = Files.createDirectories(folder.resolve("target"));
        Files.writeString(target.resolve("old.jar"), "old");
        Files.writeString(target.resolve("startup-2.aot"), "of this runtime");

        ContextFolder.mirror(source, target, "startup-");

        assertThat(ContextFolder.filesIn(target))
                .containsExactly(target.resolve("app.jar"), target.resolve("startup-2.aot"));
    }
}
