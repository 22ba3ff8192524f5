package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.acceptance.LedgerClient.Fact;
import dev.wearon.acceptance.LedgerClient.Outcome;
import dev.wearon.processes.LedgerConsistency;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service and its database are killed while they move credits; afterwards every reply that a client got holds. */
@Tag("thorough")
class LedgerStormIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int CLIENTS = 16;
    private static final int COLD_STORES = 20;
    private static final int GRANTED = 1_000_000;

    /** The number of further replies after which the clients run at full speed again. */
    private static final int FULL_SPEED = 300;

    private static final String CHARGES = """
            SELECT c.id, c.store_id, CASE WHEN c.paid_by IS NULL THEN 'RELEASED_FIRST'
                                          WHEN c.status = 'released' THEN 'RELEASED' ELSE 'CHARGED' END
              FROM credits.charges c
            """;
    private static final String MOVEMENTS = """
            SELECT count(*) FILTER (WHERE type = 'deduction'), count(*) FILTER (WHERE type = 'refund'),
                   -sum(amount) FILTER (WHERE type IN ('deduction', 'refund')),
                   count(DISTINCT xmin::TEXT) FILTER (WHERE type = 'deduction'),
                   (SELECT sum(total_spent) FROM credits.store_credits)
              FROM credits.store_credit_transactions
            """;

    @TempDir
    static Path folder;

    @Test
    void everyAcknowledgedChargeExistsOnceAndNoOther() throws Exception {
        try (Rig rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED)) {
            RunningService credits = rig.start("credits");
            List<UUID> stores =
                    Stream.generate(UUID::randomUUID).limit(1 + COLD_STORES).toList();
            grant(rig, stores);
            LedgerClient clients = new LedgerClient(credits.url(), stores, rig.identities());

            storm(clients, () -> {
                for (int round = 0; round < 2; round++) {
                    awaitFullSpeed(clients);
                    credits.restart();
                    awaitFullSpeed(clients);
                    rig.postgres().restart();
                }
                awaitFullSpeed(clients);
            });

            assertThat(clients.repeated.get()).as("each kill interrupted calls").isGreaterThanOrEqualTo(4);
            assertThat(clients.foundDone.get())
                    .as("calls that were committed although their reply was lost")
                    .isPositive();
            assertBooksAreRight(rig, stores, clients.facts);
        }
    }

    private interface Kills {
        void run() throws Exception;
    }

    /** Runs the clients while {@code kills} lasts; then each finishes its try-on. */
    private static void storm(LedgerClient clients, Kills kills) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                Random random = new Random(client);
                running.add(threads.submit(() -> {
                    while (!over.get()) {
                        clients.tryOn(random);
                    }
                }));
            }
            try {
                kills.run();
            } finally {
                over.set(true);
                for (Future<?> client : running) {
                    client.get(60, TimeUnit.SECONDS);
                }
            }
        }
    }

    private static void awaitFullSpeed(LedgerClient clients) {
        int before = clients.answered.get();
        Await.until(TIMEOUT, clients.answered::get, answered -> answered >= before + FULL_SPEED);
    }

    private static void assertBooksAreRight(Rig rig, List<UUID> stores, Map<UUID, Fact> facts) throws SQLException {
        try (Connection connection = rig.connect()) {
            Map<UUID, Fact> found = new HashMap<>();
            ResultSet charges = connection.createStatement().executeQuery(CHARGES);
            while (charges.next()) {
                found.put(
                        charges.getObject(1, UUID.class),
                        new Fact(charges.getObject(2, UUID.class), Outcome.valueOf(charges.getString(3))));
            }
            assertThat(found)
                    .as("the charges are those for which the clients got replies")
                    .isEqualTo(facts);

            assertThat(LedgerConsistency.disagreements(connection, stores)).isEmpty();

            ResultSet sums = connection.createStatement().executeQuery(MOVEMENTS);
            sums.next();
            long standing = count(facts, Outcome.CHARGED);
            long released = count(facts, Outcome.RELEASED);
            assertThat(sums.getLong(1)).as("deductions").isEqualTo(standing + released);
            assertThat(sums.getLong(2)).as("refunds").isEqualTo(released);
            assertThat(sums.getLong(3)).as("minus the sum of the ledger").isEqualTo(standing);
            assertThat(sums.getLong(5)).as("spent by all wallets").isEqualTo(standing);
            assertThat(sums.getLong(4))
                    .as("several deductions shared a transaction")
                    .isLessThan(sums.getLong(1));
        }
    }

    private static long count(Map<UUID, Fact> facts, Outcome outcome) {
        return facts.values().stream().filter(fact -> fact.outcome() == outcome).count();
    }

    private static void grant(Rig rig, List<UUID> stores) throws SQLException {
        try (Connection connection = rig.connect();
                PreparedStatement grant = connection.prepareStatement(
                        "SELECT credits.add_store_credits(?, ?, 'purchase', 'before the storm', NULL)")) {
            for (UUID store : stores) {
                grant.setObject(1, store);
                grant.setInt(2, GRANTED);
                grant.execute();
            }
        }
    }
}
