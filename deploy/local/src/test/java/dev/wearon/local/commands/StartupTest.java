package dev.wearon.local.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.local.suite.Extra;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartupTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration OTHER_START_TIMEOUT = Duration.ofMillis(200);

    @TempDir
    private Path root;

    /** Another process with locks; a line ends the last one. */
    static final class LockHolder {

        private LockHolder() {}

        public static void main(String[] files) throws Exception {
            FileChannel[] locked = new FileChannel[files.length];
            for (int i = 0; i < files.length; i++) {
                locked[i] = FileChannel.open(Path.of(files[i]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                locked[i].lock();
            }
            System.out.println("locked");
            System.in.read();
            locked[files.length - 1].close();
            System.in.read();
        }
    }

    @Test
    void waitsLongerForAStartThatRecordsStartupCaches() throws Exception {
        Layout layout = new Layout(root, root.resolve("data"), 8080);
        Files.createDirectories(layout.data());
        Files.createDirectories(root.resolve("target"));
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        layout.data().resolve("lock").toString(),
                        root.resolve("target/startup-caches.lock").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("locked");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            long begun = System.nanoTime();
            CompletableFuture<Object> start = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return new Startup(layout, new PrintStream(out, true), Extra.NONE, OTHER_START_TIMEOUT)
                                    .ensureUp();
                        } catch (Exception failed) {
                            return failed;
                        }
                    },
                    Thread::startVirtualThread);
            assertThat(Waiting.until(
                            TIMEOUT,
                            () -> System.nanoTime() - begun > 4 * OTHER_START_TIMEOUT.toNanos()
                                    && out.toString().contains("records startup caches")))
                    .isTrue();
            assertThat(start).isNotDone();
            other.getOutputStream().write('\n');
            other.getOutputStream().flush();
            assertThat(start.join()).isInstanceOf(UserError.class).asString().contains("has not ended within");
        } finally {
            other.destroyForcibly();
        }
    }
}
