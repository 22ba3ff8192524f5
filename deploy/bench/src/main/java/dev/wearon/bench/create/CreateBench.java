package dev.wearon.bench.create;

import dev.wearon.bench.loop.Bench;
import dev.wearon.bench.loop.Comparison;
import dev.wearon.bench.loop.Measurement;
import dev.wearon.bench.loop.Report;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.processes.services.StartupCache;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "create",
        header = "How many creates and reads the whole suite answers, beside one process that does the same.",
        description =
                "Creates try-ons through the gateway of a suite without workers, reads them and balances, and does the"
                        + " same with a plain process on Vert.x and, if there is a Node.js, on Fastify; about twelve minutes. Exits with"
                        + " 1 when an answer or the books are wrong, never because something is slow.")
public final class CreateBench extends Bench {

    private static final int MAX_CLIENTS = 128;
    private static final int MAX_STORES = 10_000;
    private static final int ROUNDS = 2;

    /** Sessions of each store that have ended. */
    private static final int FINISHED_EACH = 100;

    private static final int HOT = 1;
    private static final int MANY = 1_000;

    /** Each turn begins with a create of each of them. */
    private static final int READ_STORES = 200;

    private static final int BUSY = 32;
    private static final int BUSY_QUICK = 4;
    private static final int STORES_QUICK = 20;
    private static final long WARM_CREATES = 75_000;
    private static final long WARM_READS = 100_000;

    /** What is measured, as the option spells it. */
    enum Row {
        create,
        reads,
        cold,
        growth
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
            description =
                    "What is measured, of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). growth fills the tables,"
                            + " so it is measured alone.")
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

    @Mixin
    private Growth growth;

    private Comparison comparison;
    private Report report;
    private List<Application> applications;
    private Optional<Application> several = Optional.empty();
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
        int stores = storeCounts.stream().max(Integer::compare).orElseThrow();
        if (rows.contains(Row.growth)) {
            return measureGrowth(rig, turns, stores);
        }
        comparison = turns;
        try (Applications all = new Applications(rig, processCount())) {
            all.startSuite(stores, FINISHED_EACH, Map.of());
            if (processCount() > 1) {
                several = Optional.of(all.startSeveralGenerations());
            }
            all.startReferences(FINISHED_EACH, out());
            applications = all.started();
            merchants = all.merchants();
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
        }
        return report;
    }

    private Report measureGrowth(Rig rig, Comparison turns, int stores) throws Exception {
        if (rows.size() > 1) {
            throw wrong("--rows growth must be measured alone");
        }
        require("--finished", growth.finished(), 0, History.MOST_FINISHED);
        require("--queued", List.of(growth.queued()), 0, History.MOST_QUEUED);
        if (quick()) {
            growth.shorten();
        }
        return growth.measure(
                rig, turns, new Growth.Load(stores, busy(), idempotencyKeys, WARM_CREATES, longestWarmUp()), out());
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
                if (several.isPresent()) {
                    compareProcesses(
                            report, "create, %d stores, %d".formatted(stores, connections), row.getFirst(), row.get(1));
                }
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
