package dev.wearon.testkit;

import dev.wearon.processes.ProcessLogs;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Prints the end of every process's log when a test fails, and copies the logs out of their temporary folders. It is registered for
 * every test of the build.
 */
public final class FailedTestLogs implements AfterTestExecutionCallback, LifecycleMethodExecutionExceptionHandler {

    private static final Path KEPT = Path.of("target", "failed-tests");
    private static final int SHOWN_LINES = 30;

    private final PrintStream out;
    private final Path kept;

    public FailedTestLogs() {
        this(System.err, KEPT);
    }

    FailedTestLogs(PrintStream out, Path kept) {
        this.out = out;
        this.kept = kept;
    }

    @Override
    public void afterTestExecution(ExtensionContext test) throws IOException {
        if (test.getExecutionException()
                .filter(failure -> !(failure instanceof TestAbortedException))
                .isPresent()) {
            show(name(test));
        }
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext test, Throwable failure) throws Throwable {
        showAndRethrow(test, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext test, Throwable failure) throws Throwable {
        showAndRethrow(test, failure);
    }

    @Override
    public void handleAfterAllMethodExecutionException(ExtensionContext test, Throwable failure) throws Throwable {
        showAndRethrow(test, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext test, Throwable failure) throws Throwable {
        showAndRethrow(test, failure);
    }

    private void showAndRethrow(ExtensionContext test, Throwable failure) throws Throwable {
        if (!(failure instanceof TestAbortedException)) {
            keep(name(test), failure);
        }
        throw failure;
    }

    /** Does the same as {@link #show} while another failure is being reported; a failure to copy is added to that one. */
    void keep(String test, Throwable failure) {
        try {
            show(test);
        } catch (IOException unreadable) {
            failure.addSuppressed(unreadable);
        }
    }

    /** @param test names the folder of the copies */
    void show(String test) throws IOException {
        for (Path log : logs()) {
            // The log folders of two suites have the same name; only the folders above them differ.
            Path folder = Files.createDirectories(
                    kept.resolve(test).resolve(log.getParent().toString().replaceAll("[^A-Za-z0-9]+", "-")));
            Path copy = Files.copy(log, folder.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            out.printf("%s failed. The end of %s:%n", test, copy);
            ProcessLogs.lastLines(copy, SHOWN_LINES).forEach(line -> out.println("    | " + line));
        }
    }

    private static List<Path> logs() throws IOException {
        List<Path> logs = new ArrayList<>();
        for (Path recorded : ProcessLogs.recorded()) {
            if (Files.isDirectory(recorded)) {
                try (Stream<Path> files = Files.list(recorded)) {
                    files.filter(Files::isRegularFile).sorted().forEach(logs::add);
                }
            } else if (Files.exists(recorded)) {
                logs.add(recorded);
            }
        }
        return logs;
    }

    private static String name(ExtensionContext test) {
        String method = test.getTestMethod().map(found -> "." + found.getName()).orElse("");
        return test.getRequiredTestClass().getSimpleName() + method;
    }
}
