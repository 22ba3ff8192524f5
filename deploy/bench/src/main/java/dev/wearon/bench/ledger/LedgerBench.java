package dev.wearon.bench.ledger;

import static dev.wearon.bench.loop.ProcessCosts.processes;

import dev.wearon.bench.loop.Bench;
import dev.wearon.bench.loop.Comparison;
import dev.wearon.bench.loop.Measurement;
import dev.wearon.bench.loop.ProcessCosts;
import dev.wearon.bench.loop.Report;
import dev.wearon.bench.loop.Side;
import dev.wearon.bench.loop.Together;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "ledger",
        header = "How many credits per second the ledger takes, beside a plain function.",
        description =
                "Takes credits over HTTP from a credits-service and, in the same run, by calling one function of PostgreSQL"
                        + " without HTTP; two to three minutes. Exits with 2 when an answer or the ledger is wrong, never"
                        + " because something is slow.")
public final class LedgerBench extends Bench {

    private static final int MAX_CLIENTS = 64;
    private static final int MAX_STORES = 10_000;
    private static final int ROUNDS = 2;

    private static final int HOT = 1;
    private static final int MANY = 1_000;
    private static final int BUSY = 32;
    private static final double FSYNCS = 0.1;

    @Option(
            names = "--stores",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,1000",
            description = "Over how many stores the deductions are spread (default: ${DEFAULT-VALUE}).")
    private List<Integer> storeCounts;

    LedgerBench() {
        super(MAX_CLIENTS, ROUNDS, Duration.ofSeconds(1), List.of(1, 8, 32, 64));
    }

    @Override
    protected Report measure(Rig rig, Comparison comparison) throws Exception {
        require("--stores", storeCounts, MAX_STORES);
        List<UUID> stores = Stream.generate(UUID::randomUUID)
                .limit(storeCounts.stream().max(Integer::compare).orElseThrow())
                .toList();
        PostgresAddress database = PlainFunction.install(rig.superuser(), stores);
        RunningService service = rig.start("credits");
        ChargeEndpoint ledger =
                ChargeEndpoint.of(service.port(), rig.identities(), processes(service, rig.postgres()), stores);
        List<ChargeEndpoint> ledgers = new ArrayList<>(List.of(ledger));
        while (ledgers.size() < processCount()) {
            RunningService another = rig.start("credits");
            ledgers.add(ledger.at(another.port(), processes(another, rig.postgres())));
        }

        Report report = new Report(out(), PlainFunction.NAME, List.of("stores", "clients"), List.of());
        long charged = warmUp(comparison, BUSY, ledgers);
        long deducted = 0;
        for (int count : storeCounts) {
            List<UUID> some = stores.subList(0, count);
            for (int clients : clients()) {
                List<Side> sides = new ArrayList<>(
                        List.of(new PlainFunction(database, processes(rig.postgres()), some), ledger.over(some)));
                if (processCount() > 1) {
                    sides.add(new Together(
                            processCount() + " ledgers",
                            ledgers.stream().map(each -> each.over(some)).toList()));
                }
                List<Measurement> row = comparison.measure(sides, clients);
                report.add(List.of(count, clients), row);
                goals(report, count, clients, row.getFirst(), row.get(1));
                if (processCount() > 1) {
                    compareProcesses(
                            report, "stores %,d, clients %d".formatted(count, clients), row.get(1), row.getLast());
                }
                deducted += row.getFirst().answered();
                charged += row.stream().skip(1).mapToLong(Measurement::answered).sum();
            }
        }
        BooksCheck.check(rig.superuser(), charged, deducted);
        double residentMb = ProcessCosts.peakResidentBytes(service.process()) / 1e6;
        report.note("Checked: %s charges were answered, and as many are in charges, wallets and ledger.", charged);
        report.note("Resident memory of the service, at its most: %s MB", residentMb);
        report.atMost("resident memory of the service in MB", 300, residentMb);
        return report;
    }

    private static void goals(Report report, int stores, int clients, Measurement plain, Measurement ledger) {
        double times = ledger.perSecond() / plain.perSecond();
        double fsyncs = ledger.databaseEach().fsyncs();
        if (stores == HOT && clients == BUSY) {
            report.atLeast("one hot store, 32 clients: times the plain function", 8, times);
            report.atMost("one hot store, 32 clients: fsyncs per charge", FSYNCS, fsyncs);
        }
        if (stores == MANY && clients == BUSY) {
            report.atLeast("1,000 stores, 32 clients: times the plain function", 1.3, times);
            report.atMost("1,000 stores, 32 clients: fsyncs per charge", FSYNCS, fsyncs);
        }
        if (stores == HOT && clients == 1) {
            report.atMost(
                    "one hot store, 1 client: p50, times the plain function's",
                    1.5,
                    ledger.latencyMs(50) / plain.latencyMs(50));
        }
    }
}
