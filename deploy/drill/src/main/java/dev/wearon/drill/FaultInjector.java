package dev.wearon.drill;

import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.Snapshot;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Injects faults into the programs of the temporary suite, and never into other processes. */
final class FaultInjector {

    private static final int TIMEOUT_MS = 1_000;

    /**
     * A shell command that pauses a program. The shell ignores the signals of the terminal, so the program continues even if the
     * drill ends during the pause.
     */
    private static final String PAUSE = "trap '' INT HUP TERM; kill -STOP %1$s; sleep %2$s; kill -CONT %1$s";

    private final TemporarySuite suite;

    FaultInjector(TemporarySuite suite) {
        this.suite = suite;
    }

    @FunctionalInterface
    interface ActiveFault {
        void awaitEnd() throws InterruptedException;
    }

    /** Empty if the program is not running, because the supervisor is restarting it. */
    Optional<ActiveFault> begin(Fault fault) throws IOException, UserError {
        return switch (fault) {
            case Fault.Kill kill ->
                process(kill.program()).filter(ProcessHandle::destroyForcibly).map(killed -> () -> {});
            case Fault.Stop stop ->
                process(stop.program()).filter(ProcessHandle::destroy).map(stopped -> () -> {});
            case Fault.Pause pause -> {
                Optional<ProcessHandle> process = process(pause.program());
                yield process.isEmpty() ? Optional.empty() : Optional.of(pause(process.get(), pause.length()));
            }
            case Fault.EmptyRedis ignored -> emptyRedis() ? Optional.of(() -> {}) : Optional.empty();
        };
    }

    boolean allReady() throws IOException, UserError {
        return Snapshot.take(suite.layout(), suite.run()).ready()
                && suite.notReadyReplicas().isEmpty();
    }

    /** Finds only a child of the drill's own supervisor, because another process may have the recorded pid by now. */
    private Optional<ProcessHandle> process(String program) throws UserError {
        if (!FaultPlan.PROGRAMS.contains(program)) {
            return suite.replicas().flatMap(replicas -> replicas.process(program));
        }
        RunFile run = suite.run();
        long pid =
                switch (program) {
                    case Layout.POSTGRES -> run.postgres().pid();
                    case Layout.REDIS -> run.redis().pid();
                    default ->
                        run.services().stream()
                                .filter(service -> service.name().equals(program))
                                .findFirst()
                                .orElseThrow()
                                .pid();
                };
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(process -> process.parent()
                .filter(parent -> parent.pid() == run.supervisorPid())
                .isPresent());
    }

    /** Pauses the child processes too: PostgreSQL's child processes continue when only the parent is paused. */
    private static ActiveFault pause(ProcessHandle process, Duration length) throws IOException {
        String pids = Stream.concat(Stream.of(process), process.descendants())
                .map(ProcessHandle::pid)
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
        Process pausing = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        PAUSE.formatted(pids, String.format(Locale.ROOT, "%.1f", length.toMillis() / 1e3)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return pausing::waitFor;
    }

    private boolean emptyRedis() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", suite.layout().redisPort()), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(3), StandardCharsets.US_ASCII).equals("+OK");
        } catch (IOException noAnswer) {
            return false;
        }
    }
}
