package dev.wearon.bench.events;

import dev.wearon.bench.create.Application;
import dev.wearon.bench.create.Applications;
import dev.wearon.bench.create.CreateSide;
import dev.wearon.bench.loop.Bench;
import dev.wearon.bench.loop.Comparison;
import dev.wearon.bench.loop.Measurement;
import dev.wearon.bench.loop.Report;
import dev.wearon.processes.services.Rig;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "events",
        header = "How late the events of 1,000 streams are, and what creates cost beside them.",
        description =
                "Follows try-ons through the gateway of a suite without workers, changes 200 of them in a second, and creates"
                        + " try-ons with all streams open and, in the same run, with none; three to five minutes. Exits with 2 when"
                        + " a change has no event or a stream ends, never because something is slow.")
public final class EventsBench extends Bench {

    private static final int MAX_CLIENTS = 64;
    private static final int ROUNDS = 4;

    /** The places of an instance. */
    private static final int MAX_STREAMS = 1_200;

    private static final int MAX_CHANGES = 1_000;
    private static final int STREAMS_QUICK = 100;
    private static final int CHANGES_QUICK = 50;

    /** None has more streams than a store may have. */
    private static final int STORES = 40;

    private static final int FINISHED_EACH = 100;
    private static final long WARM_CREATES = 30_000;
    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(90);
    private static final double GOAL_MS = 100;
    private static final double MOST_COST = 1.05;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many try-ons are followed (default: ${DEFAULT-VALUE}).")
    private int streamCount;

    @Option(
            names = "--changes",
            paramLabel = "N",
            defaultValue = "200",
            description = "How many of them change in a second (default: ${DEFAULT-VALUE}).")
    private int changesPerSecond;

    EventsBench() {
        super(MAX_CLIENTS, ROUNDS, Duration.ofSeconds(1), List.of(16));
    }

    @Override
    protected Report measure(Rig rig, Comparison comparison) throws Exception {
        require("--streams", List.of(streamCount), MAX_STREAMS);
        require("--changes", List.of(changesPerSecond), MAX_CHANGES);
        int count = quick() ? Math.min(streamCount, STREAMS_QUICK) : streamCount;
        int perSecond = quick() ? Math.min(changesPerSecond, CHANGES_QUICK) : changesPerSecond;
        try (Applications all = new Applications(rig, 1)) {
            Application suite = all.startSuite(STORES, FINISHED_EACH, Applications.JOBS_FIND_NOTHING);
            Followed followed = Followed.insert(rig.superuser(), all.merchants(), count);
            Delays delays = new Delays();
            try (Streams streams = new Streams(suite.port(), followed.sessions(), delays::arrived)) {
                CreateSide creates = new CreateSide(suite, all.merchants(), false);
                String without = "no stream";
                Report report = new Report(out(), without, List.of("call", "clients"), List.of());
                long answers = comparison.warmUpUntilSteady(
                        clients().getFirst(), creates, WARM_CREATES, quick() ? Duration.ofSeconds(1) : LONGEST_WARM_UP);
                for (int clients : clients()) {
                    List<Measurement> row = comparison.measure(
                            List.of(
                                    new CreatesSide(without, creates, streams, false),
                                    new CreatesSide("%,d streams".formatted(count), creates, streams, true)),
                            clients);
                    report.add(List.of("create", clients), row);
                    answers += row.stream().mapToLong(Measurement::answered).sum();
                    report.atMost(
                            "create, %d: CPU µs beside streams, times none".formatted(clients),
                            MOST_COST,
                            row.getLast().cpuMicrosEach() / row.getFirst().cpuMicrosEach());
                    report.atLeast(
                            "create, %d: per second beside streams, times none".formatted(clients),
                            1 / MOST_COST,
                            row.getLast().perSecond() / row.getFirst().perSecond());
                }
                Measurement changes = comparison
                        .measure(
                                List.of(new ChangesSide(
                                        suite, rig.superuser(), rig.redisUrl(), followed, streams, delays, perSecond)),
                                1)
                        .getFirst();
                report.add(List.of("commit to event", 1), List.of(changes));
                report.atMost("p99 from a commit to its event in ms", GOAL_MS, changes.latencyMs(99));
                report.note("/s of the last row counts events; there are %s changes a second.", perSecond);
                report.note(
                        "Checked: %s creates are in the books, and each of %s changes had its event.",
                        answers, changes.answered());
                return report;
            }
        }
    }
}
