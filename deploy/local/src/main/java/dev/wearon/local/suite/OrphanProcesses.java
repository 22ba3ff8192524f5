package dev.wearon.local.suite;

import dev.wearon.processes.Postgres;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The processes that a killed supervisor left running. The caller must hold the lock on the data folder. */
public final class OrphanProcesses {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private final Layout layout;
    private final PidFiles pids;

    public OrphanProcesses(Layout layout) {
        this.layout = layout;
        this.pids = new PidFiles(layout.pids());
    }

    /**
     * Stops all orphans, the services first and the database last, and removes run.json and the pid files.
     *
     * @return the name and the pid of each stopped process
     */
    public List<String> stop() throws IOException {
        Map<String, ProcessHandle> services = new LinkedHashMap<>();
        for (String service : Layout.SERVICES) {
            pids.find(service).ifPresent(process -> services.put(service, process));
        }
        List<String> stopped = new ArrayList<>();
        stop(services, stopped);
        stop(asMap(DemoShop.PROGRAM, pids.find(DemoShop.PROGRAM)), stopped);
        stop(asMap(Layout.PROMETHEUS, pids.find(Layout.PROMETHEUS)), stopped);
        stop(asMap(Layout.REDIS, pids.find(Layout.REDIS)), stopped);
        Optional<ProcessHandle> recorded = pids.find(Layout.POSTGRES);
        stop(
                asMap(Layout.POSTGRES, recorded.isPresent() ? recorded : Postgres.runningOn(layout.postgresData())),
                stopped);
        Files.deleteIfExists(layout.runFile());
        for (String service : Layout.SERVICES) {
            pids.forget(service);
        }
        pids.forget(DemoShop.PROGRAM);
        pids.forget(Layout.PROMETHEUS);
        pids.forget(Layout.REDIS);
        pids.forget(Layout.POSTGRES);
        return stopped;
    }

    private static Map<String, ProcessHandle> asMap(String name, Optional<ProcessHandle> process) {
        return process.map(handle -> Map.of(name, handle)).orElseGet(Map::of);
    }

    private static void stop(Map<String, ProcessHandle> processes, List<String> stopped) throws IOException {
        for (Map.Entry<String, ProcessHandle> entry : processes.entrySet()) {
            if (entry.getKey().equals(Layout.POSTGRES)) {
                Postgres.stopFast(entry.getValue());
            } else {
                entry.getValue().destroy();
            }
            stopped.add("%s (pid %d)".formatted(entry.getKey(), entry.getValue().pid()));
        }
        boolean allEnded =
                Waiting.until(STOP_TIMEOUT, () -> processes.values().stream().noneMatch(Processes::isRunning));
        if (!allEnded) {
            processes.values().forEach(ProcessHandle::destroyForcibly);
            Waiting.until(
                    Duration.ofSeconds(5), () -> processes.values().stream().noneMatch(Processes::isRunning));
        }
    }
}
