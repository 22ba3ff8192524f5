package dev.wearon.processes.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartupCacheTest {

    @TempDir
    private Path folder;

    private Path jar;

    @BeforeEach
    void packageService() throws IOException {
        jar = Files.writeString(folder.resolve("quarkus-run.jar"), "a jar");
    }

    @Test
    void isUsedFromTheMomentItIsPlaced() throws IOException {
        StartupCache cache = new StartupCache(folder);
        assertThat(command()).noneMatch(option -> option.contains("startup-"));

        cache.place(Files.writeString(folder.resolve("recorded"), "a cache"));

        assertThat(cache.exists()).isTrue();
        assertThat(command()).containsAll(cache.options());
        assertThat(cache.options().getLast())
                .endsWith("=" + cache.file())
                .startsWith(Runtime.version().feature() < 25 ? "-XX:SharedArchiveFile" : "-XX:AOTCache");
    }

    @Test
    void fitsOnlyTheJarsWithWhichItWasRecorded() throws IOException {
        Path recorded = Files.writeString(folder.resolve("recorded"), "a cache");
        StartupCache first = new StartupCache(folder);
        first.place(recorded);
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000_000L));

        StartupCache second = new StartupCache(folder);

        assertThat(second.exists()).isFalse();
        second.place(recorded);
        assertThat(second.exists()).isTrue();
        assertThat(first.exists()).isFalse();
    }

    @Test
    void remembersAFailureUntilAJarChanges() throws IOException {
        StartupCache first = new StartupCache(folder);
        assertThat(first.failedBefore()).isFalse();
        first.markFailed();
        assertThat(new StartupCache(folder).failedBefore()).isTrue();
        assertThat(new StartupCache(folder).exists()).isFalse();

        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000_000L));

        StartupCache second = new StartupCache(folder);
        assertThat(second.failedBefore()).isFalse();
        second.place(Files.writeString(folder.resolve("recorded"), "a cache"));
        assertThat(first.failedBefore()).as("its mark is removed").isFalse();
    }

    @Test
    void fitsACopyWithTheSameTimes(@TempDir Path copy) throws IOException {
        Files.copy(jar, copy.resolve(jar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);

        assertThat(new StartupCache(copy).file().getFileName())
                .isEqualTo(new StartupCache(folder).file().getFileName());
    }

    private List<String> command() {
        return new ServiceProgram("credits-service", folder, 1, 2, 64, Map.of())
                .command()
                .command();
    }
}
