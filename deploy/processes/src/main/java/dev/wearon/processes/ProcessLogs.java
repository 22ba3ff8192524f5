package dev.wearon.processes;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The log files of started processes. */
public final class ProcessLogs {

    // A system property, because the tests of a service run in several class loaders.
    private static final String RECORDED = "wearon.process-logs";
    private static final int TAIL_BYTES = 64 << 10;

    private ProcessLogs() {}

    /**
     * Records until the end of this JVM that a process writes to {@code log}. A failed test shows all recorded logs.
     *
     * @param log a file, or a folder of such files
     */
    public static void record(Path log) {
        synchronized (System.class) {
            Path path = log.toAbsolutePath().normalize();
            List<Path> known = recorded();
            if (!known.contains(path)) {
                String others = known.isEmpty() ? "" : System.getProperty(RECORDED) + File.pathSeparator;
                System.setProperty(RECORDED, others + path);
            }
        }
    }

    /** The recorded logs in their order; some may no longer exist. */
    public static List<Path> recorded() {
        String paths = System.getProperty(RECORDED, "");
        return paths.isEmpty()
                ? List.of()
                : Arrays.stream(paths.split(File.pathSeparator)).map(Path::of).toList();
    }

    /** The last {@code count} lines; fewer when the file is shorter or missing, or its lines are very long. */
    public static List<String> lastLines(Path log, int count) throws IOException {
        if (!Files.exists(log)) {
            return List.of();
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - TAIL_BYTES);
            byte[] tail = new byte[(int) (file.length() - start)];
            file.seek(start);
            file.readFully(tail);
            List<String> lines =
                    new String(tail, StandardCharsets.UTF_8).lines().toList();
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        }
    }
}
