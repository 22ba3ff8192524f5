package dev.wearon.acceptance;

import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All four services, each behind a balancer, with the images in a bucket. An instance with other settings can replace a running
 * one, and no call is refused meanwhile.
 */
final class RollingServices implements AutoCloseable {

    static final List<String> ALL = List.of("storage", "credits", "generation", "gateway");

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Long, because a busy machine or a new instance is slow, and a timeout would count as a refused call. */
    private static final Map<String, Map<String, String>> LONG_TIMEOUTS = Map.of(
            "gateway",
            Map.of(
                    "WEARON_DB_STATEMENT_TIMEOUT", "20s",
                    "WEARON_PROXY_CONNECT_TIMEOUT", "20s",
                    "WEARON_PROXY_RESPONSE_TIMEOUT", "20s",
                    "WEARON_PROXY_CREATE_TIMEOUT", "60s",
                    "WEARON_KEYS_LOOKUP_TIMEOUT", "20s"),
            "generation",
            Map.of(
                    "WEARON_DB_STATEMENT_TIMEOUT", "20s",
                    "WEARON_SESSIONS_CREATE_BUDGET", "50s",
                    "WEARON_IMAGES_RESPONSE_TIMEOUT", "20s",
                    "WEARON_QUEUE_TIMEOUT", "4s",
                    "WEARON_MODEL_TIMEOUT", "60s",
                    "WEARON_CALLS_CONNECT_TIMEOUT", "20s",
                    "WEARON_CHARGING_RESPONSE_TIMEOUT", "20s",
                    "WEARON_IMAGES_TRANSFER_TIMEOUT", "20s"),
            "credits",
            Map.of(
                    "WEARON_LEDGER_CONNECTION_TIMEOUT", "20s",
                    "WEARON_LEDGER_STATEMENT_TIMEOUT", "20s",
                    "WEARON_LEDGER_RESPONSE_TIMEOUT", "20s",
                    "WEARON_LEDGER_BATCH_LOCK_TIMEOUT", "20s"),
            "storage",
            Map.of(
                    "WEARON_DB_STATEMENT_TIMEOUT", "20s",
                    "WEARON_STORAGE_S3_CONNECT_TIMEOUT", "20s",
                    "WEARON_STORAGE_S3_CONNECTION_TIMEOUT", "20s",
                    "WEARON_STORAGE_S3_CALL_TIMEOUT", "20s"));

    /** The exit code of a JVM that ends after SIGTERM. */
    private static final int TERMINATED = 143;

    private final Rig rig;
    private final Map<String, Balancer> balancers = new TreeMap<>();
    private final Map<String, Map<String, String>> settings = new TreeMap<>();
    private final Map<String, RunningService> inUse = new TreeMap<>();

    RollingServices(Path folder) throws IOException {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        S3Server bucket = S3Server.in(folder.resolve("s3"), Suite.ROOT);
        rig.start(bucket);
        for (String service : ALL) {
            Balancer balancer = new Balancer();
            balancers.put(service, balancer);
            rig.reach(service, balancer.url());
            settings.put(service, new HashMap<>(LONG_TIMEOUTS.get(service)));
        }
        set("gateway", "WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", Suite.UNLIMITED);
        set("gateway", "WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", Suite.UNLIMITED);
        set("storage", "WEARON_PUBLIC_URL", url("gateway"));
        settings.get("storage").putAll(bucket.variables());
    }

    Rig rig() {
        return rig;
    }

    /** The URL at which callers reach a service. */
    String url(String service) {
        return balancers.get(service).url();
    }

    /** Sets a variable of the instances that start from now on. */
    void set(String service, String variable, String value) {
        settings.get(service).put(variable, value);
    }

    void unset(String service, String variable) {
        settings.get(service).remove(variable);
    }

    /**
     * Replaces the instance of each service by a new one with the current settings. It starts the new instance, sends all further
     * calls to it, waits until the old one has finished its calls, and stops the old one.
     */
    void replace(List<String> services) throws IOException {
        replace(services, Suite.ROOT);
    }

    /** @param build the top folder of the version of the new instances, with its packaged services */
    void replace(List<String> services, Path build) throws IOException {
        for (String service : services) {
            RunningService started = rig.start(service, build, settings.get(service));
            balancers.get(service).use(started.url());
            RunningService before = inUse.put(service, started);
            if (before != null) {
                stop(before);
            }
        }
    }

    /** Migrates all schemas to the version of {@code build}. */
    void migrate(Path build) throws IOException {
        for (String service : ALL) {
            rig.migrate(service, build);
        }
    }

    /** The instance that gets the calls. */
    RunningService inUse(String service) {
        return inUse.get(service);
    }

    private static void stop(RunningService service) throws IOException {
        service.requestStop();
        int exitCode = service.awaitExit(TIMEOUT);
        if (exitCode != 0 && exitCode != TERMINATED) {
            throw new AssertionError(service + " ended with exit code " + exitCode);
        }
    }

    @Override
    public void close() {
        rig.close();
        balancers.values().forEach(Balancer::close);
    }
}
