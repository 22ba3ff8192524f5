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
        try (ThrowAwaySuite suite = ThrowAwaySuite.start(root, folder, portBase, out::println)) {
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

    private boolean drill(ThrowAwaySuite suite) throws IOException, SQLException, UserError, InterruptedException {
        Seen seen = new Seen();
        String gateway = suite.run().gatewayUrl();
        List<Buyer> buyers = openMarket(suite, gateway);
        try (Storefront shop = new Storefront(gateway);
                JobCounts jobs = new JobCounts(suite.layout().managementPort("generation-service"))) {
            Progress progress = new Progress(out, seen);
            Chaos chaos = new Chaos(new FaultPlan(plan.seed()), new Victims(suite), progress::tell);
            Rest rest = new Rest(suite, progress::tell);
            Traffic traffic = new Traffic(plan, buyers, shop, seen);
            letThemShop(suite, traffic, chaos, jobs, progress);
            rest.awaitAllUp(RECOVERY);
            traffic.end(LAST_ANSWERS);
            progress.tell("everybody was told, or gave up");
            boolean atRest = rest.await(RECOVERY);
            jobs.look();
            progress.look(suite);
            progress.tell(atRest ? "at rest" : "not at rest after " + RECOVERY.toSeconds() + " s");
            Report report = new Report(new Audit(suite, shop, plan).run(seen));
            report.print(out);
            tellWhatHappened(seen, chaos, jobs);
            return verdict(report, suite);
        }
    }

    private List<Buyer> openMarket(ThrowAwaySuite suite, String gateway) throws IOException, SQLException, UserError {
        try (PublicApi api = new PublicApi(gateway);
                Connection database = suite.connect(SETTING_UP)) {
            return new Market(suite.run(), api, database, Inputs.of(root)).open();
        }
    }

    private void letThemShop(ThrowAwaySuite suite, Traffic traffic, Chaos chaos, JobCounts jobs, Progress progress)
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

    private void tellWhatHappened(Seen seen, Chaos chaos, JobCounts jobs) {
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
                .formatted(ThrowAwaySuite.RECONCILE_MIN_AGE.toSeconds()));
        out.println();
    }

    private boolean verdict(Report report, ThrowAwaySuite suite) {
        if (report.differences() == 0) {
            out.println("No differences.");
            return true;
        }
        out.printf("%,d differences (seed %d).%n", report.differences(), plan.seed());
        keep(suite);
        return false;
    }

    private void keep(ThrowAwaySuite suite) {
        suite.keep();
        Layout layout = suite.layout();
        out.printf(
                "Kept, with its logs: %s (seed %d; %s --port-base %d brings it up again)%n",
                layout.data(), plan.seed(), layout.commandLine("up"), layout.portBase());
    }
}
