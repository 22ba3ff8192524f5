package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much memory a program holds: its process and all below it (PostgreSQL has many). Pages that such a family shares
 * count once; pages that unrelated programs share (the JVM's own code) count for each, so the sum is rather too high.
 */
final class Memory {

    private Memory() {}

    /** Resident bytes; 0 when the process is gone. */
    static long residentBytes(ProcessHandle process) {
        List<ProcessHandle> family =
                Stream.concat(Stream.of(process), process.descendants()).toList();
        boolean linux = Files.isDirectory(Path.of("/proc/self"));
        return linux ? linux(family) : family.stream().mapToLong(Memory::askPs).sum();
    }

    private static long linux(List<ProcessHandle> family) {
        long own = 0;
        long files = 0;
        long shared = 0;
        for (ProcessHandle member : family) {
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

    private static long askPs(ProcessHandle process) {
        try {
            Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(process.pid())).start();
            String kib = new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return kib.isEmpty() ? 0 : Long.parseLong(kib) * 1024;
        } catch (IOException noPs) {
            return 0;
        }
    }
}
