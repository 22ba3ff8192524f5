package dev.wearon.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What the gateway of the tests has logged so far. */
public final class LogFile {

    static final String PATH = "target/gateway-test.log";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private LogFile() {}

    /** The whole log, once it holds {@code text}: a line is written when the answer is out, which the client may know first. */
    public static String holding(String text) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < until) {
            String log = read();
            if (log.contains(text)) {
                return log;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("Not in the log: " + text);
    }

    private static String read() {
        try {
            return Files.readString(Path.of(PATH));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
