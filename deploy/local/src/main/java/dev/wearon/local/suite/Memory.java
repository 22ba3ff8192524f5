package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures the memory of a process and its descendants (PostgreSQL has many). Pages that they share count once. Pages that
 * several programs share (the JVM's code) count for each program, so a sum over programs is too high.
 */
final class Memory {

    private Memory() {}

    /** Returns 0 if the process has ended. */
    static long residentBytes(ProcessHandle process) {
        List<ProcessHandle> tree =
                Stream.concat(Stream.of(process), process.descendants()).toList();
        boolean linux = Files.isDirectory(Path.of("/proc/self"));
        return linux ? linux(tree) : tree.stream().mapToLong(Memory::fromPs).sum();
    }

    private static long linux(List<ProcessHandle> tree) {
        long own = 0;
        long files = 0;
        long shared = 0;
        for (ProcessHandle member : tree) {
            List<String> status = status(member.pid());
            own += bytes(status, "RssAnon:");
            files = Math.max(files, bytes(status, "RssFile:"));
            shared = Math.max(shared, bytes(status, "RssShmem:"));
        }
        return own + files + shared;
    }

    private static List<String> status(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status"));
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static long bytes(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    private static long fromPs(ProcessHandle process) {
        try {
            Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(process.pid())).start();
            String kib = new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return kib.isEmpty() ? 0 : Long.parseLong(kib) * 1024;
        } catch (IOException noPs) {
            return 0;
        }
    }
}
