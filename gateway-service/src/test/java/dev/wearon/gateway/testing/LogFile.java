package dev.wearon.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The log of the gateway under test. */
public final class LogFile {

    public static final String PATH = "target/gateway-test.log";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private LogFile() {}

    /** The log, as soon as it contains {@code text}: a client may receive a response before its log line is written. */
    public static String holding(String text) {
        long until = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() < until) {
            String log = read();
            if (log.contains(text)) {
                return log;
            }
            // The log is large, and the gateway needs the processor too.
            LockSupport.parkNanos(PAUSE.toNanos());
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
