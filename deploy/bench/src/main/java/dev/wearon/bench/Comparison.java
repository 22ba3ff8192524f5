package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Measures both sides at each number of stores and clients, one right after the other. */
final class Comparison {

    private static final int WARM_UP_CLIENTS = 32;

    private final Plan plan;
    private final TestBed bed;
    private final DatabaseWatch database;
    private final Vertx vertx;
    private final PrintStream out;
    private final PlainFunction plain;
    private final LedgerEndpoint ledger;
    private final List<UUID> stores;

    private long answeredByPlain;
    private long answeredByLedger;

    Comparison(Plan plan, TestBed bed, DatabaseWatch database, Vertx vertx, PrintStream out) throws IOException {
        this.plan = plan;
        this.bed = bed;
        this.database = database;
        this.vertx = vertx;
        this.out = out;
        this.plain = new PlainFunction(vertx, bed.address(TestBed.PLAIN));
        this.ledger = new LedgerEndpoint(vertx, bed.servicePort(TestBed.LEDGER), bed.identities());
        this.stores = Stream.generate(UUID::randomUUID).limit(plan.mostStores()).toList();
    }

    Report run() throws IOException, SQLException, UserError {
        plain.prepare(stores);
        ledger.prepare(stores);
        database.endConnections(ledger.role());
        out.printf(
                Locale.ROOT,
                "Warming the service up for %d s%n",
                plan.serviceWarmUp().toSeconds());
        load(ledger, WARM_UP_CLIENTS, stores, plan.serviceWarmUp(), Duration.ZERO);

        List<Row> rows = new ArrayList<>();
        for (int storeCount : plan.stores()) {
            for (int clients : plan.clients()) {
                // Whoever comes second finds the machine as the first left it, so they take turns.
                Row row = row(storeCount, clients, rows.size() % 2 == 0);
                out.printf(
                        Locale.ROOT,
                        "  stores %,6d, clients %2d: plain function %,7.0f/s, ledger %,7.0f/s%n",
                        row.stores(),
                        row.clients(),
                        row.plain().perSecond(),
                        row.ledger().perSecond());
                rows.add(row);
            }
        }
        double residentMb = ProcessCosts.peakResidentBytes(bed.service(TestBed.LEDGER)) / 1e6;
        new Audit(bed.superuser()).check(answeredByLedger, answeredByPlain);
        return new Report(rows, residentMb, answeredByLedger);
    }

    private Row row(int storeCount, int clients, boolean plainFirst) throws IOException, SQLException, UserError {
        List<UUID> some = stores.subList(0, storeCount);
        if (plainFirst) {
            Measurement first = measure(plain, clients, some);
            return new Row(storeCount, clients, first, measure(ledger, clients, some));
        }
        Measurement first = measure(ledger, clients, some);
        return new Row(storeCount, clients, measure(plain, clients, some), first);
    }

    private Measurement measure(Deductions side, int clients, List<UUID> some)
            throws IOException, SQLException, UserError {
        // Flushes are counted over the warm-up too: only what happened until the connections ended is known exactly.
        long flushesBefore = database.walFlushes();
        Costed costed = load(side, clients, some, plan.warmUp(), plan.measured());
        long flushes = database.walFlushes() - flushesBefore;
        Load load = costed.load();
        return new Measurement(
                load.perSecond(),
                load.percentileMs(0.50),
                load.percentileMs(0.99),
                (double) flushes / load.answered(),
                costed.cpuMicros() / load.counted());
    }

    private record Costed(Load load, double cpuMicros) {}

    /** Leaves no connection to the database behind. */
    private Costed load(Deductions side, int clients, List<UUID> some, Duration warmUp, Duration measured)
            throws IOException, SQLException, UserError {
        ClosedLoop loop = new ClosedLoop(calls(side, clients, some));
        loop.start(vertx);
        loop.warmUp(warmUp);
        double cpuBefore = cpuMicros(side);
        loop.measure(measured);
        double cpuMicros = cpuMicros(side) - cpuBefore;
        Load load = loop.stop();
        side.disconnect();
        database.endConnections(side.role());
        if (side == ledger) {
            answeredByLedger += load.answered();
        } else {
            answeredByPlain += load.answered();
        }
        return new Costed(load, cpuMicros);
    }

    private static List<ClosedLoop.Client> calls(Deductions side, int clients, List<UUID> some) throws UserError {
        return side.connect(clients).stream()
                .<ClosedLoop.Client>map(client -> () -> client.takeOne(any(some)))
                .toList();
    }

    private static UUID any(List<UUID> some) {
        return some.size() == 1
                ? some.getFirst()
                : some.get(ThreadLocalRandom.current().nextInt(some.size()));
    }

    private double cpuMicros(Deductions side) {
        double postgres = ProcessCosts.cpuMicros(bed.postgres());
        return side == ledger ? postgres + ProcessCosts.cpuMicros(bed.service(TestBed.LEDGER)) : postgres;
    }
}
