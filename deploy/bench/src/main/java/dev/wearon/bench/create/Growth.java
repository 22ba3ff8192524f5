package dev.wearon.bench.create;

import dev.wearon.bench.loop.Comparison;
import dev.wearon.bench.loop.Measurement;
import dev.wearon.bench.loop.Report;
import dev.wearon.processes.services.Rig;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** The row {@code growth} with its options: creates at a suite whose tables grow from stage to stage. */
final class Growth {

    private static final double LEAST_RATE = 0.8;
    private static final double MOST_P99 = 1.2;

    private static final int FINISHED_QUICK = 1_000;
    private static final int QUEUED_QUICK = 100;

    @Option(
            names = "--finished",
            split = ",",
            paramLabel = "N",
            defaultValue = "0,1000000,10000000",
            description =
                    "Only growth: beside how many finished sessions creates are measured (default: ${DEFAULT-VALUE}).")
    private List<Integer> finished;

    @Option(
            names = "--queued",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Only growth: how many sessions are queued (default: ${DEFAULT-VALUE}).")
    private int queued;

    /**
     * The load on each stage.
     *
     * @param calls the warm-up before each stage ends after so many calls, or when the rate no longer changes
     * @param longest the longest warm-up
     */
    record Load(int stores, int connections, boolean withKeys, long calls, Duration longest) {}

    List<Integer> finished() {
        return finished;
    }

    int queued() {
        return queued;
    }

    /** Makes the stages so small that a test can wait for them. */
    void shorten() {
        finished =
                finished.stream().map(count -> Math.min(count, FINISHED_QUICK)).toList();
        queued = Math.min(queued, QUEUED_QUICK);
    }

    Report measure(Rig rig, Comparison comparison, Load load, PrintWriter out) throws Exception {
        List<Integer> stages = finished.stream().distinct().sorted().toList();
        History.requireSpace(rig.folder(), stages.getLast() + queued);
        try (Applications applications = new Applications(rig, 1)) {
            Application suite = applications.startSuite(load.stores(), 0, Applications.JOBS_FIND_NOTHING);
            CreateSide creates = new CreateSide(suite, applications.merchants(), load.withKeys());
            Report report = new Report(out, suite.name(), List.of("finished", "queued", "connections"), List.of());
            long answers = 0;
            try (History history = new History(rig.superuser(), applications.storeIds(), out)) {
                history.fillQueued(queued);
                Measurement first = null;
                for (int stage : stages) {
                    history.fillFinished(stage);
                    // It also vacuums the tables.
                    suite.books().drain();
                    answers += comparison.warmUpUntilSteady(load.connections(), creates, load.calls(), load.longest());
                    history.checkpoint();
                    List<Measurement> row = comparison.measure(List.of(creates), load.connections());
                    report.add(List.of(stage, queued, load.connections()), row);
                    Measurement measured = row.getFirst();
                    answers += measured.answered();
                    if (first == null) {
                        first = measured;
                    } else {
                        goals(report, stage, stages.getFirst(), measured, first);
                    }
                }
            }
            report.note(
                    "Checked: %s calls; every acknowledged create is in sessions, charges, wallets and queue.",
                    answers);
            return report;
        }
    }

    private static void goals(Report report, int stage, int smallest, Measurement measured, Measurement first) {
        report.atLeast(
                "%,d finished: creates per second, times %,d".formatted(stage, smallest),
                LEAST_RATE,
                measured.perSecond() / first.perSecond());
        report.atMost(
                "%,d finished: p99, times %,d".formatted(stage, smallest),
                MOST_P99,
                measured.latencyMs(99) / first.latencyMs(99));
    }
}
