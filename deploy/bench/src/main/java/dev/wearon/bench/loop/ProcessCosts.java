package dev.wearon.bench.loop;

import dev.wearon.processes.services.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What processes cost the machine, from {@code /proc}; not a number on systems without it. */
public final class ProcessCosts {

    /** Linux reports processor time to programs in hundredths of a second, on every architecture. */
    private static final double MICROS_PER_TICK = 10_000;

    /** Columns behind the name: utime, stime, and the same of children that have ended (cutime, cstime). */
    private static final int FIRST_TIME = 11;

    private static final int LAST_TIME = 14;

    private ProcessCosts() {}

    /** Processes of a rig, by the short names of their programs. The second of a name gets a number, and so on. */
    public static Map<String, ProcessHandle> processes(Running... running) {
        Map<String, ProcessHandle> processes = new TreeMap<>();
        for (Running one : running) {
            String name = one.toString().replace("-service", "");
            add(processes, name, one.process());
        }
        return processes;
    }

    /** Adds a process that is not there yet. */
    static void add(Map<String, ProcessHandle> processes, String name, ProcessHandle process) {
        if (!processes.containsValue(process)) {
            String free = name;
            for (int number = 2; processes.containsKey(free); number++) {
                free = name + " " + number;
            }
            processes.put(free, process);
        }
    }

    /** Processor time so far of each process with its descendants, also those that have ended; only differences matter. */
    static Map<String, Double> cpuMicros(Map<String, ProcessHandle> processes) {
        Map<String, Double> micros = new TreeMap<>();
        processes.forEach((name, process) -> micros.put(name, cpuMicros(process)));
        return micros;
    }

    static Map<String, Double> plus(Map<String, Double> some, Map<String, Double> more) {
        Map<String, Double> sum = new TreeMap<>(some);
        more.forEach((name, micros) -> sum.merge(name, micros, Double::sum));
        return sum;
    }

    static Map<String, Double> minus(Map<String, Double> after, Map<String, Double> before) {
        Map<String, Double> difference = new TreeMap<>(after);
        before.forEach((name, micros) -> difference.merge(name, -micros, Double::sum));
        return difference;
    }

    /** The most memory that the process ever had resident. */
    public static double peakResidentBytes(ProcessHandle process) {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException endedOrNotLinux) {
            return Double.NaN;
        }
    }

    private static double cpuMicros(ProcessHandle process) {
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return Double.NaN;
        }
        return Stream.concat(Stream.of(process), process.descendants())
                .mapToDouble(ProcessCosts::ownCpuMicros)
                .sum();
    }

    private static double ownCpuMicros(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            // The name stands in parentheses and may contain parentheses.
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
