package dev.wearon.local.suite;

import dev.wearon.processes.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Checks what a suite needs on this machine, whether it is up or down. Changes nothing. A check that cannot be made is a finding
 * too, so that the other checks are still made.
 */
public final class Doctor {

    private static final int MIN_JDK = 21;
    private static final long LOW_MB = 2_000;

    /** More delays the end of signed URLs and identities noticeably; S3 refuses requests from 15 minutes on. */
    private static final Duration NOTICEABLE_SKEW = Duration.ofSeconds(2);

    private static final Duration MAX_SKEW = Duration.ofSeconds(60);

    private final Layout layout;
    private final Environment environment;
    private final List<Finding> findings = new ArrayList<>();

    public Doctor(Layout layout, Environment environment) {
        this.layout = layout;
        this.environment = environment;
    }

    public List<Finding> examine() {
        check("jdk", Doctor::jdk);
        check("variables", this::variables);
        check("build", this::build);
        check("disk", this::disk);
        Optional<RunFile> running = running();
        check("ports", () -> running.isPresent() ? portsInUse(running.get()) : portsFree());
        ServerChecks servers = new ServerChecks(environment, running, layout);
        check("postgres", servers::postgres);
        check("redis", servers::redis);
        check("s3", servers::s3);
        check("clock", () -> clock(servers.skews()));
        return List.copyOf(findings);
    }

    private interface Check {
        Finding make() throws IOException, UserError;
    }

    private void check(String name, Check check) {
        try {
            findings.add(check.make());
        } catch (UserError error) {
            findings.add(Finding.fail(name, error));
        } catch (IOException fault) {
            findings.add(
                    Finding.fail(name, ErrorText.of(fault), "correct what it reports, then run the command again"));
        }
    }

    private static Finding jdk() {
        int version = Runtime.version().feature();
        String detail = Runtime.version() + " in " + System.getProperty("java.home");
        return version >= MIN_JDK
                ? Finding.ok("jdk", detail)
                : Finding.fail("jdk", detail, "install a JDK " + MIN_JDK + " or newer, or set JAVA_HOME to one");
    }

    private Finding variables() throws UserError {
        environment.requireKnownNames();
        environment.check();
        return environment.warnings().isEmpty()
                ? Finding.ok("variables", "each WEARON_ variable exists and can be used")
                : Finding.warn("variables", String.join("; ", environment.warnings()), "use the new names");
    }

    private Finding build() {
        String missing = Layout.SERVICES.stream()
                .filter(service -> !Files.exists(layout.built(service).resolve("quarkus-run.jar")))
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? Finding.ok("build", "the four services are built")
                : Finding.warn("build", "not built: " + missing, layout.commandLine("up") + " builds them");
    }

    private Finding disk() throws IOException {
        Path folder = layout.data();
        while (!Files.exists(folder) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        String choose = "choose another folder with --data DIR";
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            return Finding.fail("disk", folder + " is not a folder in which this user may write", choose);
        }
        long freeMb = Files.getFileStore(folder).getUsableSpace() >> 20;
        String detail = "%,d MB are free for %s".formatted(freeMb, layout.data());
        if (freeMb < DataFolder.MIN_FREE_MB) {
            return Finding.fail(
                    "disk",
                    detail + "; without space PostgreSQL, Redis and the storage of images refuse to write",
                    "free at least %d MB on its file system, or %s".formatted(DataFolder.MIN_FREE_MB, choose));
        }
        return freeMb < LOW_MB
                ? Finding.warn("disk", detail, "free some space, or " + choose)
                : Finding.ok("disk", detail);
    }

    /** The suite in this folder, if it is up. A finding says why a suite is neither up nor down. */
    private Optional<RunFile> running() {
        try {
            boolean locked = new DataFolder(layout).isLocked();
            Optional<RunFile> run = RunFile.read(layout.runFile());
            if (locked && run.isPresent()) {
                findings.add(suite(Snapshot.take(layout, run.get())));
                return run;
            }
            findings.add(down(locked, run.isPresent()));
        } catch (UserError damaged) {
            findings.add(Finding.fail("suite", damaged));
        } catch (IOException fault) {
            findings.add(Finding.fail("suite", ErrorText.of(fault), "see " + layout.logs()));
        }
        return Optional.empty();
    }

    private Finding down(boolean locked, boolean hasRunFile) {
        if (locked) {
            return Finding.warn("suite", "it is starting or stopping", "wait, then run the command again");
        }
        return hasRunFile
                ? Finding.fail(
                        "suite",
                        "its supervisor was killed; its programs may still be running",
                        layout.commandLine("up") + " restarts them, " + layout.commandLine("down") + " stops them")
                : Finding.ok("suite", "down, in " + layout.data());
    }

    private Finding suite(Snapshot snapshot) {
        String notReady = snapshot.programs().stream()
                .filter(program -> program.state() != Snapshot.State.READY)
                .filter(program -> program.state() != Snapshot.State.EXTERNAL)
                .map(program -> program.name() + " (" + program.state().name().toLowerCase(Locale.ROOT) + ")")
                .collect(Collectors.joining(", "));
        return notReady.isEmpty()
                ? Finding.ok("suite", "up at " + snapshot.gatewayUrl() + ", all programs are ready")
                : Finding.fail("suite", "not ready: " + notReady, "see " + layout.commandLine("logs"));
    }

    private static Finding portsInUse(RunFile run) {
        return Finding.ok("ports", "%d to %d belong to this suite".formatted(run.portBase(), lastPort(run.portBase())));
    }

    private static int lastPort(int base) {
        return base + Layout.PORTS - 1;
    }

    private Finding portsFree() {
        String taken = wantedPorts().entrySet().stream()
                .filter(port -> !Ports.isFree(port.getKey()))
                .map(port -> "%d (%s)%s".formatted(port.getKey(), port.getValue(), holder(port.getKey())))
                .collect(Collectors.joining(", "));
        return taken.isEmpty()
                ? Finding.ok("ports", "%d to %d are free".formatted(layout.portBase(), lastPort(layout.portBase())))
                : Finding.fail(
                        "ports", "in use: " + taken, "stop these processes, or choose other ports with --port-base N");
    }

    private Map<Integer, String> wantedPorts() {
        Map<Integer, String> ports = new TreeMap<>();
        for (String service : Layout.SERVICES) {
            ports.put(layout.port(service), service);
            ports.put(layout.managementPort(service), service + ", health and metrics");
        }
        if (environment.value(Environment.DB_URL).isEmpty()) {
            ports.put(layout.postgresPort(), Layout.POSTGRES);
        }
        if (environment.value(Environment.REDIS_URL).isEmpty()) {
            ports.put(layout.redisPort(), Layout.REDIS);
        }
        return ports;
    }

    private static String holder(int port) {
        return Ports.holder(port).map(process -> " by process " + process.pid()).orElse("");
    }

    /** @param skews how far this clock is ahead of the clocks of others, by their names */
    private static Finding clock(Map<String, Duration> skews) {
        if (skews.isEmpty()) {
            return Finding.ok("clock", Instant.now() + "; there is no other clock to compare it with");
        }
        Duration worst = skews.values().stream()
                .max((one, other) -> one.abs().compareTo(other.abs()))
                .orElseThrow();
        String detail = skews.entrySet().stream()
                .map(skew -> "%.1f s %s the clock of %s"
                        .formatted(
                                Math.abs(skew.getValue().toMillis()) / 1e3,
                                skew.getValue().isNegative() ? "behind" : "ahead of",
                                skew.getKey()))
                .collect(Collectors.joining(", "));
        String hint = "synchronize the clocks of all machines, for example with chrony";
        if (worst.abs().compareTo(MAX_SKEW) > 0) {
            return Finding.fail("clock", detail, hint);
        }
        return worst.abs().compareTo(NOTICEABLE_SKEW) > 0
                ? Finding.warn("clock", detail, hint)
                : Finding.ok("clock", detail);
    }
}
