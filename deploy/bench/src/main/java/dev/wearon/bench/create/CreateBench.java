package dev.wearon.bench.create;

import dev.wearon.bench.gateway.GatewayKeys;
import dev.wearon.bench.loop.Bench;
import dev.wearon.bench.loop.Comparison;
import dev.wearon.bench.loop.Measurement;
import dev.wearon.bench.loop.Report;
import dev.wearon.processes.Database;
import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Waiting;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.Running;
import dev.wearon.processes.services.RunningService;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.processes.services.StartupCache;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "create",
        header = "How many creates and reads the whole suite answers, beside one process that does the same.",
        description =
                "Creates try-ons through the gateway of a suite without workers, reads them and balances, and does the"
                        + " same with a plain process on Vert.x and, if there is a Node.js, on Fastify; about ten minutes. Exits with"
                        + " 1 when an answer or the books are wrong, never because something is slow.")
public final class CreateBench extends Bench {

    private static final int MAX_CLIENTS = 128;
    private static final int MAX_STORES = 10_000;
    private static final int ROUNDS = 2;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(180);

    private static final int HOT = 1;
    private static final int MANY = 1_000;

    /** Each turn begins with a create of each of them. */
    private static final int READ_STORES = 200;

    private static final int BUSY = 32;
    private static final int BUSY_QUICK = 4;
    private static final int STORES_QUICK = 20;
    private static final long WARM_CREATES = 75_000;
    private static final long WARM_READS = 100_000;

    private static final String SUITE = "suite";

    /** What is measured, as the option spells it. */
    enum Row {
        create,
        reads,
        cold
    }

    @Option(
            names = "--stores",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,1000",
            description = "Over how many stores the creates are spread (default: ${DEFAULT-VALUE}).")
    private List<Integer> storeCounts;

    @Option(
            names = "--rows",
            split = ",",
            paramLabel = "ROW",
            defaultValue = "create,reads,cold",
            description = "What is measured, of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Set<Row> rows;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "180",
            description =
                    "The longest warm-up of the suite in seconds (default: ${DEFAULT-VALUE}). It ends before, after"
                            + " 75,000 creates or when the rate no longer changes.")
    private int warmUpSeconds;

    @Option(
            names = "--idempotency-keys",
            description = "Sends an Idempotency-Key with each create. The references ignore it.")
    private boolean idempotencyKeys;

    private Comparison comparison;
    private Report report;
    private List<Application> applications;
    private List<Merchant> merchants;
    private long answers;

    CreateBench() {
        super(MAX_CLIENTS, ROUNDS, Duration.ofSeconds(1), List.of(1, BUSY, 64, 128));
    }

    @Override
    protected Report measure(Rig rig, Comparison turns) throws Exception {
        require("--stores", storeCounts, MAX_STORES);
        require("--warm-up", List.of(warmUpSeconds), 3_600);
        if (quick()) {
            storeCounts = storeCounts.stream()
                    .map(count -> Math.min(count, STORES_QUICK))
                    .toList();
        }
        comparison = turns;
        try (PermitList permits = new PermitList(rig.redisUrl())) {
            start(rig, permits);
            String reference = applications.getLast().name();
            report = new Report(out(), reference, List.of("call", "stores", "connections"), List.of());
            if (rows.contains(Row.create)) {
                measureCreates();
            }
            if (rows.contains(Row.reads)) {
                measureReads();
            }
            if (rows.contains(Row.cold)) {
                measureCold();
            }
            report.note(
                    "%s of %s services started with a startup cache.",
                    cachedServices(), ServiceProgram.SERVICES.size());
            report.note(
                    "Checked: %s calls; every acknowledged create is in sessions, charges, wallets and queue.",
                    answers);
            for (Application application : applications) {
                application.books().close();
            }
        }
        return report;
    }

    private void start(Rig rig, PermitList permits) throws Exception {
        Map<String, String> variables = new HashMap<>(GatewayKeys.UNLIMITED);
        variables.put("WEARON_BOUNDS_REQUESTS_PER_STORE", "1000");
        RunningService credits = rig.launch("credits", Map.of());
        // The images have rows and no bytes; storage would remove them as orphans.
        RunningService storage = rig.launch(
                "storage", Map.of("WEARON_STORAGE_BACKEND", "filesystem", "WEARON_UPKEEP_ORPHANS_EVERY", "off"));
        // The reconciler must not see charges while the queue is drained.
        RunningService generation = rig.launch(
                "generation",
                Map.of(
                        "WEARON_ROLES", "api",
                        "WEARON_SESSIONS_UNFINISHED_PER_STORE", "1000000",
                        "WEARON_SESSIONS_RECONCILE_EVERY", "1h"));
        RunningService gateway = rig.launch("gateway", variables);
        List<Running> services = List.of(credits, storage, generation, gateway);
        for (Running service : services) {
            Waiting.until(START_TIMEOUT, () -> service.isReady() || !service.isAlive());
            if (!service.isReady()) {
                throw new IOException(service + " did not become ready.");
            }
        }
        merchants = Stores.openInSuite(
                rig,
                credits,
                storage,
                storeCounts.stream().max(Integer::compare).orElseThrow());
        PostgresAddress plain = Stores.openInPlainTables(rig.superuser(), merchants);
        var ids = merchants.stream().map(Merchant::storeId).toList();
        Books books = new Books(Tables.PLAIN, rig.superuser(), permits, ids);
        List<Running> servers = List.of(rig.postgres(), rig.redis());

        applications = new ArrayList<>();
        applications.add(new Application(
                SUITE,
                gateway.port(),
                services,
                servers,
                List.of(Database.role("credits"), Database.role("generation"), Database.role("storage")),
                new Books(Tables.SUITE, rig.superuser(), permits, ids)));
        List<ReferenceProgram> references = new ArrayList<>();
        references.add(ReferenceProgram.plain(rig.folder(), Ports.free(), plain, rig.redisUrl()));
        Optional<Path> fastify = Fastify.install(rig.folder().resolve("fastify"), out());
        if (fastify.isPresent()) {
            references.add(ReferenceProgram.fastify(fastify.get(), Ports.free(), plain, rig.redisUrl()));
        }
        for (ReferenceProgram reference : references) {
            applications.add(new Application(
                    reference.name(),
                    reference.port(),
                    List.of(rig.start(reference)),
                    servers,
                    List.of(plain.user()),
                    books));
        }
    }

    private void measureCreates() throws Exception {
        for (Application application : applications) {
            answers += comparison.warmUpUntilSteady(
                    busy(), new CreateSide(application, merchants, idempotencyKeys), WARM_CREATES, longestWarmUp());
        }
        Map<Integer, Double> suiteBusy = new HashMap<>();
        for (int stores : storeCounts) {
            List<Merchant> some = merchants.subList(0, stores);
            List<CreateSide> sides = applications.stream()
                    .map(application -> new CreateSide(application, some, idempotencyKeys))
                    .toList();
            for (int connections : clients()) {
                List<Measurement> row = comparison.measure(sides, connections);
                add(List.of("create", stores, connections), row);
                createGoals(stores, connections, row.getFirst(), row.getLast());
                if (connections == BUSY) {
                    suiteBusy.put(stores, row.getFirst().perSecond());
                }
            }
        }
        if (suiteBusy.containsKey(HOT) && suiteBusy.containsKey(MANY)) {
            report.atLeast("one hot store, 32: times 1,000 stores", 0.95, suiteBusy.get(HOT) / suiteBusy.get(MANY));
        }
    }

    private void createGoals(int stores, int connections, Measurement suite, Measurement reference) {
        String times = "times " + reference.side();
        if (stores == MANY && connections == 1) {
            report.atMost("create, 1 connection: p50, " + times, 1.2, suite.latencyMs(50) / reference.latencyMs(50));
        }
        if (stores == MANY && connections == BUSY) {
            report.atMost("create, 32: CPU, " + times, 0.75, suite.cpuMicrosEach() / reference.cpuMicrosEach());
            report.atLeast("create, 32: creates per second, " + times, 1.3, suite.perSecond() / reference.perSecond());
            report.atMost("create, 32: p99 in ms", 60, suite.latencyMs(99));
            report.atMost(
                    "create, 32: fsyncs per create", 0.2, suite.databaseEach().fsyncs());
        }
    }

    private void measureReads() throws Exception {
        List<Merchant> some = merchants.subList(0, Math.min(READ_STORES, merchants.size()));
        for (ReadSide.Kind kind : ReadSide.Kind.values()) {
            List<ReadSide> sides = applications.stream()
                    .map(application -> new ReadSide(kind, application, some))
                    .toList();
            for (ReadSide side : sides) {
                answers += comparison.warmUpUntilSteady(busy(), side, WARM_READS, longestWarmUp());
            }
            String call = kind.name().toLowerCase(Locale.ROOT);
            List<Measurement> row = comparison.measure(sides, busy());
            add(List.of(call, some.size(), busy()), row);
            Measurement reference = row.getLast();
            report.atLeast(
                    call + ", 32: reads per CPU second, times " + reference.side(),
                    2,
                    reference.cpuMicrosEach() / row.getFirst().cpuMicrosEach());
        }
    }

    private void measureCold() throws Exception {
        List<ColdSide> sides = applications.stream()
                .map(application -> new ColdSide(application, merchants, idempotencyKeys))
                .toList();
        List<Measurement> row = comparison.measureCold(sides, busy(), Duration.ofSeconds(quick() ? 1 : 10));
        add(List.of("create, just started", merchants.size(), busy()), row);
        report.atLeast(
                "create in the first 10 s, times " + row.getLast().side(),
                0.24,
                row.getFirst().perSecond() / row.getLast().perSecond());
    }

    /** A quick run has no time to warm the suite up, which would refuse most of many creates. */
    private int busy() {
        return quick() ? BUSY_QUICK : BUSY;
    }

    /** A cache decides how fast a service is just after its start. */
    private long cachedServices() throws IOException {
        long cached = 0;
        for (String service : ServiceProgram.SERVICES) {
            cached += new StartupCache(ServiceProgram.packaged(service, root())).exists() ? 1 : 0;
        }
        return cached;
    }

    private Duration longestWarmUp() {
        return Duration.ofSeconds(quick() ? 1 : warmUpSeconds);
    }

    private void add(List<?> values, List<Measurement> row) {
        report.add(values, row);
        row.forEach(side -> answers += side.answered());
    }
}
