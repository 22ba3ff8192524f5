package dev.wearon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What processes cost the machine, from {@code /proc}; not a number where the system has none. */
final class ProcessCosts {

    /** Linux counts processor time for programs in hundredths of a second, on every architecture. */
    private static final double MICROS_PER_TICK = 10_000;

    /** Places in the line behind the name: utime, stime, and the same of children that have ended (cutime, cstime). */
    private static final int FIRST_TIME = 11;

    private static final int LAST_TIME = 14;

    private ProcessCosts() {}

    /** Processor time so far of the process and all below it, those included that have ended; only differences matter. */
    static double cpuMicros(ProcessHandle process) {
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return Double.NaN;
        }
        return Stream.concat(Stream.of(process), process.descendants())
                .mapToDouble(ProcessCosts::ownCpuMicros)
                .sum();
    }

    /** The most memory that the process ever had resident. */
    static double peakResidentBytes(ProcessHandle process) {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException goneOrNotLinux) {
            return Double.NaN;
        }
    }

    private static double ownCpuMicros(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            // The name stands in parentheses and may itself hold some.
            List<String> columns =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            return columns.subList(FIRST_TIME, LAST_TIME + 1).stream()
                            .mapToLong(Long::parseLong)
                            .sum()
                    * MICROS_PER_TICK;
        } catch (IOException ended) {
            return 0;
        }
    }
}
