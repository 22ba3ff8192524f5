package dev.wearon.local.suite;

import dev.wearon.processes.Program;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How the six are at one moment. {@code rss_bytes} of the whole is the sum of those that this suite runs. */
public record Snapshot(
        boolean up,
        String gatewayUrl,
        String dataDir,
        long rssBytes,
        List<Entry> programs,
        List<RunFile.Restart> restarts) {

    /** An external server is one that the suite uses and does not run. */
    public enum State {
        READY,
        STARTING,
        /** It has run for longer than a start takes, and does not say that it is ready: it hangs, or a check fails. */
        NOT_READY,
        DOWN,
        EXTERNAL
    }

    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    public record Entry(String name, Long pid, Integer port, State state, Long uptimeSeconds, long rssBytes) {}

    /** Asks every program itself. */
    public static Snapshot take(Layout layout, RunFile run) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Map<String, Program> programs = ownPrograms(layout, run);
        entries.add(entry(Layout.POSTGRES, run.postgres().pid(), run.postgres().port(), programs));
        entries.add(entry(
                Layout.REDIS, run.redis().pid(), URI.create(run.redis().url()).getPort(), programs));
        for (RunFile.Service service : run.services()) {
            entries.add(entry(service.name(), service.pid(), service.port(), programs));
        }
        long total = entries.stream().mapToLong(Entry::rssBytes).sum();
        return new Snapshot(true, run.gatewayUrl(), run.dataDir(), total, entries, run.restarts());
    }

    public static Snapshot ofNothing(Layout layout) {
        return new Snapshot(false, null, layout.data().toString(), 0, List.of(), List.of());
    }

    /** Whether everything answers. */
    public boolean ready() {
        return up
                && programs.stream().allMatch(entry -> entry.state() == State.READY || entry.state() == State.EXTERNAL);
    }

    public String toJson() throws IOException {
        return PrivateFiles.JSON.writeValueAsString(this);
    }

    /** The same programs as the supervisor's, composed for what is running and not for what this caller would start. */
    private static Map<String, Program> ownPrograms(Layout layout, RunFile run) throws IOException {
        try {
            Layout running = new Layout(layout.root(), layout.data(), run.portBase());
            return Suite.of(running, Secrets.read(layout), new Environment(Map.of())).programs().stream()
                    .collect(Collectors.toMap(Program::name, Function.identity()));
        } catch (UserError impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Entry entry(String name, Long pid, int port, Map<String, Program> programs) {
        if (pid == null) {
            return new Entry(name, null, port, State.EXTERNAL, null, 0);
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(Processes::isRunning);
        if (process.isEmpty()) {
            return new Entry(name, pid, port, State.DOWN, null, 0);
        }
        Optional<Duration> uptime = process.get()
                .info()
                .startInstant()
                .map(start -> Duration.between(start, Instant.now()))
                .filter(past -> !past.isNegative());
        State state = programs.get(name).isReady() ? State.READY : notReady(uptime);
        return new Entry(
                name,
                pid,
                port,
                state,
                uptime.map(Duration::toSeconds).orElse(null),
                Memory.residentBytes(process.get()));
    }

    static State notReady(Optional<Duration> uptime) {
        return uptime.filter(running -> running.compareTo(LONGEST_START) > 0)
                .map(running -> State.NOT_READY)
                .orElse(State.STARTING);
    }
}
