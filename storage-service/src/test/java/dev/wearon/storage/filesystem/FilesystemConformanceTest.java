package dev.wearon.storage.filesystem;

import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.BackendConformance;
import dev.wearon.testkit.Await;
import io.vertx.mutiny.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class FilesystemConformanceTest extends BackendConformance {

    @TempDir
    static Path dir;

    private static Vertx vertx;
    private static Filesystem filesystem;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        filesystem = new Filesystem(vertx, () -> Optional.of(dir));
    }

    @AfterAll
    static void close() throws IOException {
        filesystem.close();
        vertx.closeAndAwait();
    }

    @AfterEach
    void awaitNoDrafts() {
        Await.until(
                Duration.ofSeconds(10), () -> dir.resolve("incoming").toFile().list().length, left -> left == 0);
    }

    @Override
    protected Backend backend() {
        return filesystem;
    }
}
