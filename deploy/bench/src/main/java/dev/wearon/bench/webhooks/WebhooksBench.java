package dev.wearon.bench.webhooks;

import dev.wearon.bench.create.Application;
import dev.wearon.bench.create.Applications;
import dev.wearon.bench.create.CreateSide;
import dev.wearon.bench.loop.Bench;
import dev.wearon.bench.loop.Comparison;
import dev.wearon.bench.loop.Measurement;
import dev.wearon.bench.loop.Report;
import dev.wearon.bench.loop.Sql;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.Rig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "webhooks",
        header = "How fast webhooks of Shopify are answered while try-ons are created.",
        description =
                "Sends 50 signed webhooks about orders in a second to the gateway of a suite without workers, while clients create"
                        + " try-ons as fast as they are answered; about two minutes. Exits with 2 when a webhook is acknowledged"
                        + " and not stored, never because something is slow.")
public final class WebhooksBench extends Bench {

    private static final int MAX_CLIENTS = 64;
    private static final int ROUNDS = 4;
    private static final int MAX_WEBHOOKS = 1_000;
    private static final int STORES = 40;
    private static final int FINISHED_EACH = 10;
    private static final long WARM_CREATES = 30_000;
    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(60);
    private static final double GOAL_MS = 100;

    private static final Map<String, String> APP = Map.of(
            "WEARON_SHOPIFY_CLIENT_ID", "the-app-of-the-benchmark",
            "WEARON_SHOPIFY_CLIENT_SECRET", Orders.SECRET,
            "WEARON_SHOPIFY_TOKEN_KEYS", "a-key-of-the-benchmark-that-encrypts-tokens");

    private static final String MOVE_TO_SHOPIFY =
            "UPDATE gateway.stores SET shop_domain = replace(shop_domain, '.example.com', '.myshopify.com') RETURNING shop_domain";

    @Option(
            names = "--webhooks",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many webhooks are sent in a second (default: ${DEFAULT-VALUE}).")
    private int perSecond;

    WebhooksBench() {
        super(MAX_CLIENTS, ROUNDS, Duration.ofSeconds(1), List.of(1, 8));
    }

    @Override
    protected Report measure(Rig rig, Comparison comparison) throws Exception {
        require("--webhooks", List.of(perSecond), MAX_WEBHOOKS);
        try (Applications all = new Applications(rig, 1)) {
            Application suite = all.startSuite(STORES, FINISHED_EACH, Applications.JOBS_FIND_NOTHING, APP);
            Orders orders = new Orders(shops(rig.superuser()));
            CreateSide creates = new CreateSide(suite, all.merchants(), false);
            WebhooksSide webhooks =
                    new WebhooksSide("webhooks", suite.port(), creates, rig.superuser(), orders, perSecond);
            Report report = new Report(out(), "webhooks", List.of("creates by"), List.of());
            int most = clients().stream().max(Integer::compare).orElseThrow();
            comparison.warmUpUntilSteady(
                    most, creates, WARM_CREATES, quick() ? Duration.ofSeconds(1) : LONGEST_WARM_UP);
            comparison.warmUp(WebhooksSide.SENDERS + most, webhooks);
            for (int clients : clients()) {
                Measurement row = comparison
                        .measure(List.of(webhooks), WebhooksSide.SENDERS + clients)
                        .getFirst();
                report.add(List.of(clients), List.of(row));
                report.atMost("p99 of webhooks beside %d clients in ms".formatted(clients), GOAL_MS, row.latencyMs(99));
            }
            report.note("/s counts webhooks; each time is from the moment at which the webhook should have been sent.");
            report.note(
                    "Checked: each of %s acknowledged webhooks is stored, and every create is in the books.",
                    webhooks.acknowledged());
            return report;
        }
    }

    private static List<String> shops(PostgresAddress superuser) throws SQLException {
        List<String> shops = new ArrayList<>();
        try (Connection connection = Sql.connect(superuser);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(MOVE_TO_SHOPIFY)) {
            while (rows.next()) {
                shops.add(rows.getString(1));
            }
        }
        return shops;
    }
}
