package dev.wearon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.wearon.processes.ProcessLogs;
import dev.wearon.processes.TemporaryFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

class FailedTestLogsTest {

    private static final Path KEPT = Path.of("target", "failed-tests");

    @TempDir
    Path folder;

    /** The build does not find this class; it runs only inside a test below. */
    static class Failing {

        @TempDir
        Path ownFolder;

        @Test
        void fails() throws IOException {
            Path log = Files.writeString(ownFolder.resolve("service.log"), "what went wrong\n");
            ProcessLogs.record(log);
            throw new AssertionError("on purpose");
        }
    }

    /** Fails before its first test. */
    static class FailingAtFirst {

        @TempDir
        static Path ownFolder;

        @BeforeAll
        static void fails() throws IOException {
            ProcessLogs.record(ownFolder);
            Files.writeString(ownFolder.resolve("one-of-many.log"), "why it did not start\n");
            throw new AssertionError("on purpose");
        }

        @Test
        void doesNotRun() {}
    }

    @Test
    void keepsTheLogsOfAFailedTestThatRemovesItsFolder() throws IOException {
        assertThat(failures(Failing.class)).isOne();
        assertThat(kept("Failing.fails", "service.log")).hasContent("what went wrong");
    }

    @Test
    void keepsTheLogsOfAFailedSetUp() throws IOException {
        assertThat(failures(FailingAtFirst.class)).isOne();
        assertThat(kept("FailingAtFirst", "one-of-many.log")).hasContent("why it did not start");
    }

    @Test
    void showsTheLastLines() throws IOException {
        ProcessLogs.record(Files.writeString(folder.resolve("shown.log"), "first\nlast\n"));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        new FailedTestLogs(new PrintStream(printed), folder.resolve("kept")).show("SomeTest.some");
        assertThat(printed.toString()).contains("SomeTest.some failed", "shown.log", "    | first", "    | last");
    }

    @BeforeEach
    @AfterEach
    void deleteCopiesOfEarlierRuns() throws IOException {
        for (String test : List.of("Failing.fails", "FailingAtFirst")) {
            TemporaryFolder.deleteTree(KEPT.resolve(test));
        }
    }

    private static long failures(Class<?> tests) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        // Registered as the build registers it.
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(tests))
                                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                                .build(),
                        summary);
        return summary.getSummary().getTotalFailureCount();
    }

    private static Path kept(String test, String log) throws IOException {
        try (var files = Files.walk(KEPT.resolve(test))) {
            return files.filter(file -> file.endsWith(log)).findFirst().orElseThrow();
        }
    }
}
