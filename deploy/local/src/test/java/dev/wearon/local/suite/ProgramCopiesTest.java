package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.services.StartupCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramCopiesTest {

    @TempDir
    private Path folder;

    @Test
    void copiesAServiceSoThatItsStartupCacheStillFits() throws Exception {
        Layout layout = new Layout(folder, folder.resolve("data"), 1000);
        Path built = Files.createDirectories(layout.built("credits-service").resolve("lib/main"))
                .getParent()
                .getParent();
        for (String jar : new String[] {"quarkus-run.jar", "lib/main/library.jar"}) {
            Files.writeString(built.resolve(jar), "a jar");
            Files.setLastModifiedTime(built.resolve(jar), FileTime.fromMillis(1_000_000_000_000L));
        }
        new StartupCache(built).place(Files.writeString(folder.resolve("recorded"), "a cache"));
        ProgramCopies copies = new ProgramCopies(layout);

        copies.copyService("credits-service", true);
        assertThat(new StartupCache(layout.program("credits-service")).exists()).isTrue();

        copies.copyService("credits-service", false);
        assertThat(new StartupCache(layout.program("credits-service")).exists()).isFalse();
    }
}
