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
import dev.wearon.processes.services.ServiceProgram;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Starts what is compared, and opens the same stores in all of it. */
public final class Applications implements AutoCloseable {

    /** For sessions that are unfinished for long. The images must live longer than the deadline. */
    public static final Map<String, String> JOBS_FIND_NOTHING = Map.of(
            "WEARON_WORKER_SWEEPER_EVERY", "5m",
            "WEARON_MODEL_DEADLINE", "12h");

    private static final Set<String> SHARED = Set.of("credits-service", "storage-service");
    private static final Map<String, String> UNLIMITED = new HashMap<>(GatewayKeys.UNLIMITED);

    static {
        UNLIMITED.put("WEARON_BOUNDS_REQUESTS_PER_STORE", "1000");
    }

    private static final Duration START_TIMEOUT = Duration.ofSeconds(180);

    /** Of the suite and what is started beside it; PostgreSQL has 100. */
    private static final int CONNECTIONS = 60;

    private final Rig rig;
    private final int generations;
    private final PermitList permits;
    private final List<Application> started = new ArrayList<>();
    private List<Merchant> merchants;

    /** @param generations of how many processes of generation {@link #startSeveralGenerations} makes a suite */
    public Applications(Rig rig, int generations) throws IOException {
        this.rig = rig;
        this.generations = generations;
        this.permits = new PermitList(rig.redisUrl());
    }

    /**
     * @param finishedEach how many sessions of each store have ended
     * @param more variables of generation-service
     */
    public Application startSuite(int stores, int finishedEach, Map<String, String> more) throws Exception {
        return startSuite(stores, finishedEach, more, Map.of());
    }

    /**
     * As above.
     *
     * @param moreOfGateway variables of gateway-service
     */
    public Application startSuite(
            int stores, int finishedEach, Map<String, String> more, Map<String, String> moreOfGateway)
            throws Exception {
        RunningService credits = launch("credits", Map.of());
        // The images have rows and no bytes; storage would remove them as orphans.
        RunningService storage =
                launch("storage", Map.of("WEARON_STORAGE_BACKEND", "filesystem", "WEARON_UPKEEP_ORPHANS_EVERY", "off"));
        RunningService generation = launch("generation", ofGeneration(more));
        Map<String, String> ofGateway = new HashMap<>(UNLIMITED);
        ofGateway.putAll(moreOfGateway);
        RunningService gateway = launch("gateway", ofGateway);
        List<RunningService> services = List.of(credits, storage, generation, gateway);
        awaitReady(services);
        merchants = Stores.openInSuite(rig, credits, storage, stores);
        Books books = new Books(Tables.SUITE, rig.superuser(), permits, storeIds(), finishedEach);
        return add(suite("suite", gateway, services, books));
    }

    /** Starts several processes of generation, with a gateway of their own. They call credits and storage of the suite. */
    Application startSeveralGenerations() throws Exception {
        Application suite = started.getFirst();
        List<RunningService> own = new ArrayList<>();
        while (own.size() < generations) {
            own.add(launch("generation", ofGeneration(Map.of())));
        }
        rig.reach("generation", own.stream().map(RunningService::url).collect(Collectors.joining(",")));
        RunningService gateway = launch("gateway", UNLIMITED);
        own.add(gateway);
        awaitReady(own);
        List<Running> all = new ArrayList<>(own);
        suite.own().stream()
                .filter(service -> SHARED.contains(service.toString()))
                .forEach(all::add);
        return add(suite(generations + " generations", gateway, all, suite.books()));
    }

    private RunningService launch(String service, Map<String, String> variables) throws IOException {
        Map<String, String> own = new HashMap<>(variables);
        if (generations > 1) {
            int processes = ServiceProgram.SERVICES.size() + generations + 1;
            own.put("WEARON_DB_POOL_SIZE", Integer.toString(CONNECTIONS / processes));
        }
        return rig.launch(service, own);
    }

    /** Reconciler and sweeper must not see charges and sessions while the queue is drained. */
    private static Map<String, String> ofGeneration(Map<String, String> more) {
        Map<String, String> variables = new HashMap<>(more);
        variables.put("WEARON_ROLES", "api");
        variables.put("WEARON_SESSIONS_UNFINISHED_PER_STORE", "1000000");
        variables.put("WEARON_SESSIONS_RECONCILE_EVERY", "1h");
        variables.put("WEARON_SESSIONS_RECONCILE_MIN_AGE", "1h");
        variables.put("WEARON_WORKER_SWEEPER_MIN_AGE", "10m");
        return variables;
    }

    private static void awaitReady(List<RunningService> services) throws IOException {
        for (Running service : services) {
            Waiting.until(START_TIMEOUT, () -> service.isReady() || !service.isAlive());
            if (!service.isReady()) {
                throw new IOException(service + " did not become ready.");
            }
        }
    }

    private Application suite(String name, RunningService gateway, List<? extends Running> services, Books books)
            throws IOException {
        return new Application(
                name,
                gateway.port(),
                List.copyOf(services),
                List.of(rig.postgres(), rig.redis()),
                List.of(Database.role("credits"), Database.role("generation"), Database.role("storage")),
                books);
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

    public List<Merchant> merchants() {
        return merchants;
    }

    public List<UUID> storeIds() {
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
