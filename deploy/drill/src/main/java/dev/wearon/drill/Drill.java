package dev.wearon.drill;

import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PublicApi;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A whole drill: a suite of its own, clients, faults, recovery, audit.
 *
 * @param root the source tree with the built services
 * @param folder where the temporary folder is made
 * @param portBase first of the suite's ports; when empty, a free range is looked for
 */
public record Drill(Path root, Path folder, OptionalInt portBase, Plan plan, PrintStream out) {

    private static final Duration SETTING_UP = Duration.ofSeconds(10);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(60);
    private static final Duration RECOVERY = Duration.ofSeconds(180);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int LOOKS_PER_LINE = 5;

    /** Prints as it goes, and one table at the end; true when there is no difference in it. */
    public boolean run() throws IOException, SQLException, UserError, InterruptedException {
        out.printf(
                "Drill with seed %d: %d s of %d clients and faults, then recovery and audit (--seed %d repeats it)%n",
                plan.seed(), plan.traffic().toSeconds(), plan.clients(), plan.seed());
        out.println("Starting a suite of its own");
        try (TemporarySuite suite = TemporarySuite.start(root, folder, portBase, out::println)) {
            try {
                return drill(suite);
            } catch (IOException | SQLException | UserError | RuntimeException failed) {
                if (suite.isClosed()) {
                    throw new UserError("The drill was ended before its end.");
                }
                keep(suite);
                throw failed;
            }
        }
    }

    private boolean drill(TemporarySuite suite) throws IOException, SQLException, UserError, InterruptedException {
        Observations seen = new Observations();
        String gateway = suite.run().gatewayUrl();
        List<Account> buyers = openMarket(suite, gateway);
        try (GatewayClient shop = new GatewayClient(gateway);
                JobCounts jobs = new JobCounts(suite.layout().managementPort("generation-service"))) {
            Progress progress = new Progress(out, seen);
            FaultLoop chaos = new FaultLoop(new FaultPlan(plan.seed()), new FaultInjector(suite), progress::tell);
            Recovery rest = new Recovery(suite, progress::tell);
            Traffic traffic = new Traffic(plan, buyers, shop, seen);
            letThemShop(suite, traffic, chaos, jobs, progress);
            rest.awaitAllUp(RECOVERY);
            traffic.end(LAST_ANSWERS);
            progress.tell("everybody was told, or gave up");
            boolean atRest = rest.await(RECOVERY);
            jobs.look();
            progress.look(suite);
            progress.tell(atRest ? "at rest" : "not at rest after " + RECOVERY.toSeconds() + " s");
            Report report = new Report(new Verification(suite, shop, plan).run(seen));
            report.print(out);
            tellWhatHappened(seen, chaos, jobs);
            return verdict(report, suite);
        }
    }

    private List<Account> openMarket(TemporarySuite suite, String gateway) throws IOException, SQLException, UserError {
        try (PublicApi api = new PublicApi(gateway);
                Connection database = suite.connect(SETTING_UP)) {
            return new DrillAccounts(suite.run(), api, database, SampleImages.of(root)).open();
        }
    }

    private void letThemShop(TemporarySuite suite, Traffic traffic, FaultLoop chaos, JobCounts jobs, Progress progress)
            throws InterruptedException, UserError {
        traffic.start();
        chaos.start();
        long end = System.nanoTime() + plan.traffic().toNanos();
        for (int look = 1; System.nanoTime() < end; look++) {
            Thread.sleep(LOOK_EVERY);
            jobs.look();
            progress.look(suite);
            if (look % LOOKS_PER_LINE == 0) {
                progress.tell(chaos.count() + " faults");
            }
        }
        traffic.close();
        chaos.stop();
        progress.tell("no more faults; nobody begins anything new");
    }

    private void tellWhatHappened(Observations seen, FaultLoop chaos, JobCounts jobs) {
        out.println();
        out.println("Faults: " + chaos);
        out.println("Answers to creates: "
                + seen.creates().entrySet().stream()
                        .map(answer -> answer.getKey() + " " + answer.getValue() + " times")
                        .collect(Collectors.joining(", ")));
        out.println("Background jobs, at least: "
                + jobs.sums().entrySet().stream()
                        .map(count -> count.getKey() + " " + count.getValue())
                        .collect(Collectors.joining(", ")));
        out.println("(A charge whose create died is given back when it is %d s old: what recovery waits for, mostly.)"
                .formatted(TemporarySuite.RECONCILE_MIN_AGE.toSeconds()));
        out.println();
    }

    private boolean verdict(Report report, TemporarySuite suite) {
        if (report.differences() == 0) {
            out.println("No differences.");
            return true;
        }
        out.printf("%,d differences (seed %d).%n", report.differences(), plan.seed());
        keep(suite);
        return false;
    }

    private void keep(TemporarySuite suite) {
        suite.keep();
        Layout layout = suite.layout();
        out.printf(
                "Kept, with its logs: %s (seed %d; %s --port-base %d brings it up again)%n",
                layout.data(), plan.seed(), layout.commandLine("up"), layout.portBase());
    }
}
