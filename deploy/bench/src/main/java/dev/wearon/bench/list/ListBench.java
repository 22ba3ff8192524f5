package dev.wearon.bench.list;

import static dev.wearon.bench.loop.ProcessCosts.processes;

import dev.wearon.bench.loop.Bench;
import dev.wearon.bench.loop.Comparison;
import dev.wearon.bench.loop.Measurement;
import dev.wearon.bench.loop.Report;
import dev.wearon.bench.loop.Side;
import dev.wearon.processes.SignedIdentities;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        header = "What a page of try-ons costs when there are ten million.",
        description =
                "Fills the table of a generation-service, reads pages of 100 try-ons over HTTP and, in the same run, the same rows by"
                        + " their ids, and prints how long PostgreSQL needs for a page; about half an hour, most of it to fill the"
                        + " table. Exits with 2 when a page has wrong try-ons, never because something is slow.")
public final class ListBench extends Bench {

    private static final int MAX_CLIENTS = 16;
    private static final int QUICK_SESSIONS = 50_000;
    private static final int EXPLAINED = 30;
    private static final double GOAL_MS = 5;
    private static final String OF_BUSY_STORE = "store_id = '" + Sessions.BUSY_STORE + "'";

    /** @param condition the same sessions in SQL */
    private record Asked(String path, String identity, String condition) {}

    @Option(
            names = "--sessions",
            paramLabel = "N",
            defaultValue = "" + Sessions.MOST,
            description = "How many try-ons the table has (default: ${DEFAULT-VALUE}).")
    private int sessions;

    @Option(names = "--plans", description = "Prints the plan of each page, too.")
    private boolean plans;

    ListBench() {
        super(MAX_CLIENTS, 1, Duration.ofSeconds(1), List.of(1));
    }

    @Override
    protected Report measure(Rig rig, Comparison comparison) throws Exception {
        require("--sessions", List.of(sessions), QUICK_SESSIONS, Sessions.MOST);
        try (Sessions table = Sessions.make(rig, root(), quick() ? QUICK_SESSIONS : sessions, out())) {
            RunningService generation = rig.start("generation", Map.of("WEARON_ROLES", "api"));
            Map<String, ProcessHandle> processes = processes(generation, rig.postgres());
            Map<String, Listing> pages = new LinkedHashMap<>();
            Map<String, List<UUID>> found = new LinkedHashMap<>();
            for (Map.Entry<String, Asked> asked : asked(rig.identities()).entrySet()) {
                Asked page = asked.getValue();
                List<UUID> expected = table.newest(page.condition(), Listing.PAGE);
                found.put(asked.getKey(), expected);
                pages.put(
                        asked.getKey(),
                        Listing.of(URI.create(generation.url() + page.path()), page.identity(), processes)
                                .check(expected));
            }
            String after = "a store, 100 pages later";
            Listing later = later(pages.get("a store"), generation, processes, rig.identities());
            found.put(
                    after,
                    table.newest(OF_BUSY_STORE, 101 * Listing.PAGE).subList(100 * Listing.PAGE, 101 * Listing.PAGE));
            pages.put(after, later.check(found.get(after)));

            Report report = new Report(out(), ByIdSide.NAME, List.of("page of", "clients"), List.of("PostgreSQL ms"));
            comparison.warmUp(1, pages.values().toArray(Side[]::new));
            Map<String, List<Measurement>> measured = new LinkedHashMap<>();
            for (String name : pages.keySet()) {
                for (int clients : clients()) {
                    ByIdSide byId =
                            new ByIdSide(rig.database("generation"), processes(rig.postgres()), found.get(name));
                    measured.computeIfAbsent(name, each -> new ArrayList<>())
                            .addAll(comparison.measure(List.of(byId, pages.get(name)), clients));
                }
            }
            explain(table, rig, pages, measured, report);
            report.note(
                    "/s counts pages. PostgreSQL ms: the median time of the statement, with the count of rows and buffers.");
            report.note("Checked: %s pages, each with the try-ons that a plain query finds.", pages.size());
            return report;
        }
    }

    /** After the measurements, because a plan costs time, too. */
    private void explain(
            Sessions table, Rig rig, Map<String, Listing> pages, Map<String, List<Measurement>> measured, Report report)
            throws Exception {
        table.explain();
        Plans logged = new Plans(rig.postgres().log());
        double worst = 0;
        for (Map.Entry<String, Listing> page : pages.entrySet()) {
            Plans.Plan plan;
            try (Side.Client client = page.getValue().connect()) {
                plan = logged.of(client::call, EXPLAINED);
            }
            worst = Math.max(worst, plan.medianMs());
            List<Measurement> sides = measured.get(page.getKey());
            for (int i = 0; i < clients().size(); i++) {
                report.add(
                        List.of(page.getKey(), clients().get(i)),
                        sides.subList(2 * i, 2 * i + 2),
                        side -> List.of(side.side().equals(ByIdSide.NAME) ? Double.NaN : plan.medianMs()));
            }
            if (plans) {
                out().printf("%n%s:%n%n%s%n", page.getKey(), plan.text());
            }
        }
        report.atMost("ms of the slowest page in PostgreSQL", GOAL_MS, worst);
    }

    private static Map<String, Asked> asked(SignedIdentities identities) {
        UUID busy = Sessions.BUSY_STORE;
        String store = identities.store(busy);
        String shopper = identities.store(busy, Map.of("shopper_email", "shopper17@example.com"));
        String operator = identities.service("gateway");
        Instant to = Instant.now().minus(Duration.ofDays(150));
        Instant from = to.minus(Duration.ofDays(1));
        String day = "&created_from=%s&created_to=%s".formatted(from, to);
        String ofDay = " AND created_at BETWEEN '%s' AND '%s'".formatted(from, to);
        String merchant = "/api/v1/generation?limit=" + Listing.PAGE;
        String all = "/internal/v1/generations?limit=" + Listing.PAGE;
        Map<String, Asked> asked = new LinkedHashMap<>();
        asked.put("a store", new Asked(merchant, store, OF_BUSY_STORE));
        asked.put(
                "a store, failed",
                new Asked(merchant + "&status=failed", store, OF_BUSY_STORE + " AND status = 'failed'"));
        asked.put(
                "a store, a rare error",
                new Asked(merchant + "&error_code=DEADLINE", store, OF_BUSY_STORE + " AND error_code = 'DEADLINE'"));
        asked.put("a store, one day", new Asked(merchant + day, store, OF_BUSY_STORE + ofDay));
        asked.put(
                "a shopper",
                new Asked(merchant, shopper, OF_BUSY_STORE + " AND shopper_email = 'shopper17@example.com'"));
        asked.put("all stores", new Asked(all, operator, "true"));
        asked.put("all stores, failed", new Asked(all + "&status=failed", operator, "status = 'failed'"));
        asked.put(
                "all stores, a rare error",
                new Asked(all + "&error_code=DEADLINE", operator, "error_code = 'DEADLINE'"));
        asked.put("all stores, one day", new Asked(all + day, operator, "true" + ofDay));
        return asked;
    }

    /** Follows the cursors. */
    private static Listing later(
            Listing first, RunningService generation, Map<String, ProcessHandle> processes, SignedIdentities identities)
            throws Exception {
        Listing page = first;
        for (int i = 0; i < 100; i++) {
            page = Listing.of(
                    URI.create(generation.url()
                            + "/api/v1/generation?limit=%d&cursor=%s".formatted(Listing.PAGE, page.nextCursor())),
                    identities.store(Sessions.BUSY_STORE),
                    processes);
        }
        return page;
    }
}
