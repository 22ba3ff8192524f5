package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** {@code logs/events.log}: one line for each action of the supervisor, with its time in UTC. */
final class EventLog {

    private final Path file;

    EventLog(Path file) {
        this.file = file;
    }

    synchronized void add(String event) {
        String line = Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + event + "\n";
        try {
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException diskFull) {
            // A full disk must not stop the supervisor. Standard error goes to supervisor.log.
            System.err.print(line);
        }
    }
}
