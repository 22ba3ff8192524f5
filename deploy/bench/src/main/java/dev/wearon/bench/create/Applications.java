package dev.wearon.bench.create;

import dev.wearon.bench.gateway.GatewayKeys;
import dev.wearon.bench.loop.PermitList;
import dev.wearon.processes.Database;
import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Waiting;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.Running;
import dev.wearon.processes.services.RunningService;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Starts what is compared, and opens the same stores in all of it. */
final class Applications implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(180);

    private final Rig rig;
    private final PermitList permits;
    private final List<Application> started = new ArrayList<>();
    private List<Merchant> merchants;

    Applications(Rig rig) throws IOException {
        this.rig = rig;
        this.permits = new PermitList(rig.redisUrl());
    }

    /**
     * @param finishedEach how many sessions of each store have ended
     * @param more variables of generation-service
     */
    Application startSuite(int stores, int finishedEach, Map<String, String> more) throws Exception {
        Map<String, String> unlimited = new HashMap<>(GatewayKeys.UNLIMITED);
        unlimited.put("WEARON_BOUNDS_REQUESTS_PER_STORE", "1000");
        RunningService credits = rig.launch("credits", Map.of());
        // The images have rows and no bytes; storage would remove them as orphans.
        RunningService storage = rig.launch(
                "storage", Map.of("WEARON_STORAGE_BACKEND", "filesystem", "WEARON_UPKEEP_ORPHANS_EVERY", "off"));
        // Reconciler and sweeper must not see charges and sessions while the queue is drained.
        Map<String, String> variables = new HashMap<>(more);
        variables.put("WEARON_ROLES", "api");
        variables.put("WEARON_SESSIONS_UNFINISHED_PER_STORE", "1000000");
        variables.put("WEARON_SESSIONS_RECONCILE_EVERY", "1h");
        variables.put("WEARON_SESSIONS_RECONCILE_MIN_AGE", "1h");
        variables.put("WEARON_WORKER_SWEEPER_MIN_AGE", "10m");
        RunningService generation = rig.launch("generation", variables);
        RunningService gateway = rig.launch("gateway", unlimited);
        List<Running> services = List.of(credits, storage, generation, gateway);
        for (Running service : services) {
            Waiting.until(START_TIMEOUT, () -> service.isReady() || !service.isAlive());
            if (!service.isReady()) {
                throw new IOException(service + " did not become ready.");
            }
        }
        merchants = Stores.openInSuite(rig, credits, storage, stores);
        return add(new Application(
                "suite",
                gateway.port(),
                services,
                List.of(rig.postgres(), rig.redis()),
                List.of(Database.role("credits"), Database.role("generation"), Database.role("storage")),
                new Books(Tables.SUITE, rig.superuser(), permits, storeIds(), finishedEach)));
    }

    /** Starts them after the suite. */
    void startReferences(int finishedEach, PrintWriter out) throws Exception {
        PostgresAddress plain = Stores.openInPlainTables(rig.superuser(), merchants);
        Books books = new Books(Tables.PLAIN, rig.superuser(), permits, storeIds(), finishedEach);
        List<ReferenceProgram> references = new ArrayList<>();
        references.add(ReferenceProgram.plain(rig.folder(), Ports.free(), plain, rig.redisUrl()));
        Optional<Path> fastify = Fastify.install(rig.folder().resolve("fastify"), out);
        if (fastify.isPresent()) {
            references.add(ReferenceProgram.fastify(fastify.get(), Ports.free(), plain, rig.redisUrl()));
        }
        for (ReferenceProgram reference : references) {
            add(new Application(
                    reference.name(),
                    reference.port(),
                    List.of(rig.start(reference)),
                    List.of(rig.postgres(), rig.redis()),
                    List.of(plain.user()),
                    books));
        }
    }

    private Application add(Application application) {
        started.add(application);
        return application;
    }

    /** The suite is the first. */
    List<Application> started() {
        return started;
    }

    List<Merchant> merchants() {
        return merchants;
    }

    List<UUID> storeIds() {
        return merchants.stream().map(Merchant::storeId).toList();
    }

    @Override
    public void close() throws Exception {
        for (Application application : started) {
            application.books().close();
        }
        permits.close();
    }
}
