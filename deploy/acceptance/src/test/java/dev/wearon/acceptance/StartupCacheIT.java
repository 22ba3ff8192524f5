package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.processes.services.StartupCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A JVM ignores a startup cache that does not fit, and says nothing. So this test looks into the running processes. */
@Tag("thorough")
class StartupCacheIT {

    static final List<String> SERVICES = ServiceProgram.SERVICES;

    @TempDir
    private static Path folder;

    private static Rig rig;

    @BeforeAll
    static void makeRig() throws IOException {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
    }

    @AfterAll
    static void end() {
        rig.close();
    }

    @ParameterizedTest
    @FieldSource("SERVICES")
    void everyServiceStartsWithItsStartupCache(String name) throws IOException {
        Path cache = new StartupCache(ServiceProgram.packaged(name, Suite.ROOT)).file();
        assertThat(cache).exists();
        boolean isAot = cache.toString().endsWith(".aot");
        String options = Rig.SHORT_LIVED.get("JDK_JAVA_OPTIONS") + (isAot ? " -Xlog:aot" : "");

        RunningService service = rig.start(name, Map.of("JDK_JAVA_OPTIONS", options));

        if (isAot) {
            assertThat(service.log()).content().contains("Using AOT-linked classes: true");
        }
        Path maps = Path.of("/proc", Long.toString(service.process().pid()), "maps");
        assumeTrue(Files.exists(maps), "the mapped files of a process can be read only on Linux");
        assertThat(maps).content().contains(cache.toRealPath().toString());
    }
}
