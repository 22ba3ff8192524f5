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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Runs a drill: starts a temporary suite, sends requests and injects faults, waits for recovery, verifies the result.
 *
 * @param root the source tree with the built services
 * @param folder the parent of the temporary folder
 * @param portBase the first of the suite's ports; empty: a free range
 */
record Drill(Path root, Path folder, OptionalInt portBase, Plan plan, PrintStream out) {

    private static final Duration SETUP_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FINAL_ANSWERS_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration RECOVERY_TIMEOUT = Duration.ofSeconds(180);
    /** Longer than a heartbeat of a stream. */
    private static final Duration STREAMS_TIMEOUT = Duration.ofSeconds(20);

    private static final Duration UPDATE_INTERVAL = Duration.ofSeconds(1);
    private static final int UPDATES_PER_LINE = 5;

    /** Prints the progress and a table of the results. */
    Report run() throws IOException, SQLException, UserError, InterruptedException {
        out.printf(
                "Drill with seed %d: %d clients and faults for %d s%s, then recovery and verification (--seed %d repeats the"
                        + " faults)%n",
                plan.seed(),
                plan.clients(),
                plan.traffic().toSeconds(),
                plan.hasReplicas() ? ", two processes of each service" : "",
                plan.seed());
        out.println("Starting a temporary suite");
        Observations observations = new Observations();
        try (WebhookReceiver receiver = new WebhookReceiver(observations);
                Shops shops = new Shops();
                TemporarySuite suite =
                        TemporarySuite.create(root, folder, portBase, plan.hasReplicas(), variables(receiver, shops))) {
            try {
                suite.start(out::println);
                return drill(suite, observations, receiver, shops);
            } catch (IOException | SQLException | UserError | RuntimeException failed) {
                if (suite.isClosed()) {
                    throw new UserError("The drill was interrupted.");
                }
                keep(suite);
                throw failed;
            }
        }
    }

    private static Map<String, String> variables(WebhookReceiver receiver, Shops shops) {
        Map<String, String> variables = new HashMap<>(shops.variables());
        variables.put("WEARON_WEBHOOK_ALLOWED_HOSTS", receiver.host());
        return variables;
    }

    private Report drill(TemporarySuite suite, Observations observations, WebhookReceiver receiver, Shops shops)
            throws IOException, SQLException, UserError, InterruptedException {
        String gatewayUrl = suite.run().gatewayUrl();
        List<Payer> payers = createPayers(suite, gatewayUrl, receiver, shops);
        List<String> gateways = new ArrayList<>(List.of(gatewayUrl));
        List<Integer> withJobs = new ArrayList<>(List.of(suite.layout().managementPort("generation-service")));
        Collection<String> replicas = List.of();
        if (suite.replicas().isPresent()) {
            gateways.add(suite.replicas().get().gatewayUrl());
            withJobs.addAll(suite.replicas().get().managementPortsOfGeneration());
            replicas = suite.replicas().get().names();
        }
        try (GatewayClient gateway = new GatewayClient(gateways);
                JobCounts jobs = new JobCounts(withJobs)) {
            Progress progress = new Progress(out, observations);
            FaultLoop faults =
                    new FaultLoop(new FaultPlan(plan.seed(), replicas), new FaultInjector(suite), progress::print);
            Recovery recovery = new Recovery(suite, shops, progress::print);
            Traffic traffic = new Traffic(plan, payers, shops, gateway, observations);
            StoreStreams streams = new StoreStreams(onePerStore(payers), gateway, observations);
            streams.start();
            sendRequests(suite, traffic, faults, jobs, progress);
            recovery.awaitReady(RECOVERY_TIMEOUT);
            traffic.end(FINAL_ANSWERS_TIMEOUT);
            progress.print("every client has a final answer, or gave up");
            boolean complete = recovery.awaitComplete(RECOVERY_TIMEOUT);
            streams.end(STREAMS_TIMEOUT);
            jobs.read();
            progress.update(suite);
            progress.print(
                    complete ? "everything is at rest" : "not at rest after " + RECOVERY_TIMEOUT.toSeconds() + " s");
            Report report = new Report(
                    new Verification(suite, gateway, shops, plan).run(observations),
                    faults.counts(),
                    observations.creates(),
                    jobs.sums(),
                    suite.layout().data());
            report.print(out);
            printCounts(observations, faults, jobs);
            printVerdict(report, suite);
            return report;
        }
    }

    private List<Payer> createPayers(TemporarySuite suite, String gatewayUrl, WebhookReceiver receiver, Shops shops)
            throws IOException, SQLException, UserError {
        try (PublicApi api = new PublicApi(gatewayUrl);
                Connection database = suite.connect(SETUP_TIMEOUT)) {
            return new PayerSetup(suite.run(), api, database, SampleImages.of(root), receiver, shops).create();
        }
    }

    /** A stream is the store's, whoever of its shoppers pays. */
    private static List<Payer> onePerStore(List<Payer> payers) {
        Map<UUID, Payer> stores = new LinkedHashMap<>();
        payers.forEach(payer -> stores.putIfAbsent(payer.storeId(), payer.withoutShopper()));
        return List.copyOf(stores.values());
    }

    private void sendRequests(
            TemporarySuite suite, Traffic traffic, FaultLoop faults, JobCounts jobs, Progress progress)
            throws InterruptedException, UserError {
        traffic.start();
        faults.start();
        long end = System.nanoTime() + plan.traffic().toNanos();
        for (int update = 1; System.nanoTime() < end; update++) {
            Thread.sleep(UPDATE_INTERVAL);
            jobs.read();
            progress.update(suite);
            if (update % UPDATES_PER_LINE == 0) {
                progress.print(faults.count() + " faults");
            }
        }
        traffic.stopNewTryOns();
        faults.stop();
        progress.print("no more faults and no new try-ons");
    }

    private void printCounts(Observations observations, FaultLoop faults, JobCounts jobs) {
        out.println();
        out.println("Faults: " + faults);
        out.println("Answers to creates: "
                + observations.creates().entrySet().stream()
                        .map(answer -> answer.getKey() + " " + answer.getValue() + " times")
                        .collect(Collectors.joining(", ")));
        out.printf(
                "Event streams: %,d connections, %,d events; webhooks: %,d%n",
                observations.streams(),
                observations.streamed().size(),
                observations.webhooks().size());
        out.println("Background jobs, at least: "
                + jobs.sums().entrySet().stream()
                        .map(count -> count.getKey() + " " + count.getValue())
                        .collect(Collectors.joining(", ")));
        out.println(
                "(A charge without a session is released when it is %d s old; most of the recovery time is this wait.)"
                        .formatted(TemporarySuite.RECONCILE_MIN_AGE.toSeconds()));
        out.println();
    }

    private void printVerdict(Report report, TemporarySuite suite) {
        if (report.differences() == 0) {
            out.println("No differences.");
        } else {
            out.printf("%,d differences (seed %d).%n", report.differences(), plan.seed());
            keep(suite);
        }
    }

    private void keep(TemporarySuite suite) {
        suite.keep();
        Layout layout = suite.layout();
        out.printf(
                "The data stays in %s; the logs are in %s (seed %d; %s --port-base %d starts the suite again)%n",
                layout.data(), layout.logs(), plan.seed(), layout.commandLine("up"), layout.portBase());
    }
}
