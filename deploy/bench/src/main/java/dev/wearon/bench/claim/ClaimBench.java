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
                "Claims by the turns of the stores and, in the same run and on the same table, plainly oldest first;"
                        + " about two minutes. Exits with 1 when a session was claimed twice or a store was passed over,"
                        + " never because something is slow.")
public final class ClaimBench extends Bench {

    private static final int MAX_CLIENTS = 64;

    private long claims;

    ClaimBench() {
        super(MAX_CLIENTS, 1, Duration.ofSeconds(1), List.of(1, 32));
    }

    @Override
    protected Report measure(Rig rig, Comparison comparison) throws Exception {
        try (SessionQueue queue = new SessionQueue(rig, root(), quick() ? 100 : 1_000)) {
            Report report = new Report(
                    out(), ClaimSide.OLDEST_FIRST, List.of("clients", "claimed before"), List.of("stores apart"));
            Measurement commit = comparison
                    .measure(List.of(new CommitSide(queue.database(), queue.processes())), 1)
                    .getFirst();
            for (int clients : clients()) {
                row(report, comparison, queue, clients, 0);
            }
            row(report, comparison, queue, 1, quick() ? 1_000 : 50_000);
            report.note(
                    "A commit that changes one row, one client, in the same run: p50 %s ms, p99 %s ms.",
                    commit.latencyMs(50), commit.latencyMs(99));
            report.note("/s counts claims, each followed by the completion; ms is the claim alone.");
            report.note("Checked: %s claims, each of another session, and the database says the same.", claims);
            return report;
        }
    }

    private void row(Report report, Comparison comparison, SessionQueue queue, int clients, int before)
            throws Exception {
        ClaimSide oldest = ClaimSide.oldestFirst(queue, before);
        ClaimSide turns = ClaimSide.turns(queue, before);
        List<Measurement> row = comparison.measure(List.of(oldest, turns), clients);
        // With more clients, a store may lose its turn to one that was slow between its choice and its commit.
        if (clients == 1 && turns.apart() > 1) {
            throw new UserError(
                    "One store was served %d times more often than another.".formatted(turns.apart()),
                    "none; this is a fault of the claim");
        }
        report.add(
                List.of(clients, before),
                row,
                side -> List.of(side == row.getFirst() ? oldest.apart() : turns.apart()));
        report.atMost(
                "p50 of a claim in ms, %2d at a time, %,6d claimed before".formatted(clients, before),
                2,
                row.getLast().latencyMs(50));
        row.forEach(side -> claims += side.answered());
    }
}
