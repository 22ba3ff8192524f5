package dev.wearon.local.suite;

import dev.wearon.processes.OrphanGuard;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.processes.services.StartupCache;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Records the startup caches of the packaged services. It starts the services in a temporary folder, sends requests as a plugin
 * does, and stops them: then their JVMs write the caches.
 */
public final class StartupCaches {

    private static final String SAMPLES = "deploy/local/samples";

    /** Enough that the JVM has a profile of every method of a create. */
    private static final int TRY_ONS = 300;

    /** For a busy machine: each of the three steps takes about 20 s on two free cores. */
    private static final Duration STEP_TIMEOUT = Duration.ofSeconds(420);

    private static final String UNLIMITED = "1000000";

    private static final Map<String, String> SETTINGS = Map.of(
            "WEARON_LIMITS_PER_MINUTE_SCALE", UNLIMITED,
            "WEARON_LIMITS_PER_HOUR_SCALE", UNLIMITED,
            // A few pictures are enough, and each takes much time of a processor.
            "WEARON_WORKER_CONCURRENCY", "1");

    private final Path sources;

    /** @param sources the top folder of the project, with the packaged services */
    public StartupCaches(Path sources) {
        this.sources = sources;
    }

    /**
     * Records the caches that are missing or do not fit, unless this failed with the same jars and JDK.
     *
     * @param progress gets a line before, after and for each step, if there is something to record
     */
    public void recordMissingOnce(Consumer<String> progress) throws IOException, UserError {
        recordMissing(progress, true);
    }

    /**
     * Records the caches that are missing or do not fit.
     *
     * @param progress gets a line before, after and for each step, if there is something to record
     * @return the services whose caches were recorded
     */
    public Set<String> recordMissing(Consumer<String> progress) throws IOException, UserError {
        return recordMissing(progress, false);
    }

    private Set<String> recordMissing(Consumer<String> progress, boolean once) throws IOException, UserError {
        if (missing().isEmpty()) {
            // Also in a folder that this user must not write to.
            return Set.of();
        }
        Files.createDirectories(lock().getParent());
        try (FileChannel channel = FileChannel.open(lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (channel.tryLock() == null) {
                progress.accept("another command records startup caches; waiting ...");
                // It ends, because each of its steps has a time limit.
                channel.lock();
            }
            Map<String, StartupCache> missing = missing();
            if (missing.isEmpty()) {
                return Set.of();
            }
            if (once && missing.values().stream().allMatch(StartupCache::failedBefore)) {
                progress.accept("startup caches could not be recorded before; ./wearon startup-cache tries it again");
                return Set.of();
            }
            long start = System.nanoTime();
            progress.accept("recording how the services start and work, so that they start faster (once a build)");
            record(missing, progress);
            progress.accept("%-18s ready  %4.1f s".formatted("startup caches", (System.nanoTime() - start) / 1e9));
            return missing.keySet();
        }
    }

    /** Whether another process records them now. */
    public boolean areBeingRecorded() throws IOException {
        if (!Files.exists(lock())) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(lock(), StandardOpenOption.READ);
                FileLock shared = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return shared == null;
        }
    }

    private Path lock() {
        return sources.resolve("target/startup-caches.lock");
    }

    private Map<String, StartupCache> missing() throws IOException {
        Map<String, StartupCache> missing = new LinkedHashMap<>();
        for (String service : ServiceProgram.SERVICES) {
            StartupCache cache = new StartupCache(ServiceProgram.packaged(service, sources));
            if (!cache.exists()) {
                missing.put(service, cache);
            }
        }
        return missing;
    }

    private void record(Map<String, StartupCache> caches, Consumer<String> progress) throws IOException, UserError {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (OrphanGuard guard = new OrphanGuard();
                Rig rig = Rig.temporary(temporary, "wearon-startup-", sources, SETTINGS)) {
            rig.onLaunch(guard::add);
            try {
                record(caches, rig, progress);
            } catch (IOException | UserError | RuntimeException failed) {
                // A rig that is closed was interrupted.
                if (!rig.isClosed()) {
                    markFailed(caches, failed);
                }
                throw failed;
            }
        }
    }

    private static void markFailed(Map<String, StartupCache> caches, Exception failed) {
        try {
            for (StartupCache cache : caches.values()) {
                cache.markFailed();
            }
        } catch (IOException unmarked) {
            failed.addSuppressed(unmarked);
        }
    }

    private void record(Map<String, StartupCache> caches, Rig rig, Consumer<String> progress)
            throws IOException, UserError {
        Map<String, RunningService> services = new LinkedHashMap<>();
        for (String service : ServiceProgram.SERVICES) {
            StartupCache cache = caches.get(service);
            services.put(
                    service, rig.launch(service, cache == null ? Map.of() : cache.recordingTo(recorded(rig, service))));
        }
        for (RunningService service : services.values()) {
            service.awaitReady(STEP_TIMEOUT);
        }
        progress.accept("the services have started; making try-ons with them");
        try (PublicApi api = new PublicApi(services.get("gateway").url())) {
            Path samples = sources.resolve(SAMPLES);
            new TrainingLoad(api, Rig.ADMIN_TOKEN, STEP_TIMEOUT)
                    .run(samples.resolve("person.png"), samples.resolve("garment.png"), TRY_ONS);
        }
        progress.accept("the try-ons are made; writing the caches");
        services.values().forEach(RunningService::requestStop);
        for (String service : caches.keySet()) {
            services.get(service).awaitExit(STEP_TIMEOUT);
            caches.get(service).place(recorded(rig, service));
            progress.accept("the cache of " + service + " is written");
        }
    }

    private static Path recorded(Rig rig, String service) {
        return rig.folder().resolve(service + ".startup");
    }
}
