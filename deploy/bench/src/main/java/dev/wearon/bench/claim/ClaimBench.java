package dev.wearon.bench.claim;

import dev.wearon.bench.loop.Bench;
import dev.wearon.bench.loop.Comparison;
import dev.wearon.bench.loop.Measurement;
import dev.wearon.bench.loop.Report;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.services.Rig;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "claim",
        header = "How long a worker's claim takes when 100,000 sessions of 1,000 stores wait.",
        description =
                "Claims by the turns of the stores, as statements and by the workers of a generation-service, and, in the"
                        + " same run and on the same table, plainly oldest first; two to three minutes. Exits with 2 when a"
                        + " session was claimed twice or a store was passed over, never because something is slow.")
public final class ClaimBench extends Bench {

    private static final int MAX_CLIENTS = 64;
    private static final int WARM_UP_CLIENTS = 32;

    private static final String CLAIM = "claim";
    private static final String ENQUEUE = "enqueue to claimed";

    private Report report;
    private Comparison comparison;
    private SessionQueue queue;
    private WorkersSide workers;
    private long claims;

    ClaimBench() {
        super(MAX_CLIENTS, 1, Duration.ofSeconds(1), List.of(1, 32));
    }

    @Override
    protected Report measure(Rig rig, Comparison turns) throws Exception {
        comparison = turns;
        try (SessionQueue filled = new SessionQueue(rig, root(), quick() ? 100 : 1_000);
                Neighbours neighbours = new Neighbours()) {
            queue = filled;
            workers = WorkersSide.start(rig, neighbours, queue);
            report = new Report(
                    out(),
                    ClaimSide.OLDEST_FIRST,
                    List.of("call", "clients", "claimed before"),
                    List.of("stores apart"));
            claims = comparison.warmUp(WARM_UP_CLIENTS, workers);
            Measurement commit = comparison
                    .measure(List.of(new CommitSide(queue.database(), queue.processes())), 1)
                    .getFirst();
            for (int clients : clients()) {
                row(clients, 0, clients == 1 ? 2 : 3);
            }
            row(1, quick() ? 1_000 : 50_000, 2);
            enqueue();
            if (processCount() > 1) {
                severalProcesses(rig);
            }
            report.note(
                    "A commit that changes one row, one client, in the same run: p50 %s ms, p99 %s ms.",
                    commit.latencyMs(50), commit.latencyMs(99));
            report.note("/s counts claims, each followed by the end of the session; ms is the claim alone.");
            report.note("Checked: %s claims, each of another session, and the database says the same.", claims);
            return report;
        }
    }

    private void row(int clients, int before, double goalMs) throws Exception {
        ClaimSide oldest = ClaimSide.oldestFirst(queue, before);
        ClaimSide byTurn = ClaimSide.turns(queue, before);
        WorkersSide process = workers.after(before);
        List<Measurement> row = comparison.measure(List.of(oldest, byTurn, process), clients);
        // With more clients, a store may lose its turn to one that was slow between its choice and its commit.
        if (clients == 1 && (byTurn.apart() > 1 || process.apart() > 1)) {
            throw new UserError(
                    "One store was served %d times more often than another."
                            .formatted(Math.max(byTurn.apart(), process.apart())),
                    "none; this is a fault of the claim");
        }
        List<Integer> apart = List.of(oldest.apart(), byTurn.apart(), process.apart());
        report.add(List.of(CLAIM, clients, before), row, side -> List.of(apart.get(row.indexOf(side))));
        report.atMost(
                "p50 of a claim in ms, %2d at a time, %,6d claimed before".formatted(clients, before),
                goalMs,
                row.getLast().latencyMs(50));
        row.forEach(side -> claims += side.answered());
    }

    /** The last rows, because one process alone can no longer be measured. */
    private void severalProcesses(Rig rig) throws Exception {
        WorkersSide alone = workers.after(0);
        int clients = clients().getLast();
        Measurement one = comparison.measure(List.of(alone), clients).getFirst();
        WorkersSide all = alone.with(rig, processCount());
        claims += comparison.warmUp(WARM_UP_CLIENTS, all);
        Measurement several = comparison.measure(List.of(all), clients).getFirst();
        report.add(List.of(CLAIM, clients, 0), List.of(one), side -> List.of(alone.apart()));
        report.add(List.of(CLAIM, clients, 0), List.of(several), side -> List.of(all.apart()));
        compareProcesses(report, "clients " + clients, one, several);
        claims += one.answered() + several.answered();
    }

    private void enqueue() throws Exception {
        WorkersSide atRest = workers.fromEnqueue();
        Measurement measured = comparison.measure(List.of(atRest), 1).getFirst();
        report.add(List.of(ENQUEUE, 1, 0), List.of(measured), side -> List.of(atRest.apart()));
        report.atMost("p50 from a permit's push to the claim in ms, at rest", 1, measured.latencyMs(50));
        claims += measured.answered();
    }
}
