package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.processes.services.ServiceProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged services cannot start, so a recording fails. */
@Tag("thorough")
class StartupCachesTest {

    @TempDir
    private Path sources;

    private final List<String> progress = new ArrayList<>();

    @BeforeEach
    void packageServices() throws IOException {
        for (String service : ServiceProgram.SERVICES) {
            Files.writeString(jar(service), "no jar");
        }
    }

    private Path jar(String service) throws IOException {
        return Files.createDirectories(ServiceProgram.packaged(service, sources))
                .resolve("quarkus-run.jar");
    }

    private void recordOnce() throws IOException, UserError {
        progress.clear();
        new StartupCaches(sources).recordMissingOnce(progress::add);
    }

    private void assertFails() {
        assertThatThrownBy(this::recordOnce).isInstanceOf(IOException.class).hasMessageContaining("is not ready");
    }

    @Test
    void areNotRecordedAgainAfterAFailureExceptByTheCommand() throws Exception {
        assertFails();
        recordOnce();
        assertThat(progress).singleElement().asString().contains("./wearon startup-cache tries it again");
        // It ends here, because a second recording takes as long as the first and fails in the same way.
        assertThatThrownBy(() -> new StartupCaches(sources).recordMissing(line -> {
                    throw new IllegalStateException(line);
                }))
                .hasMessageStartingWith("recording how the services start");
    }
}
