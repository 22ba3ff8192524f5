package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.acceptance.LedgerClient.Fact;
import dev.wearon.acceptance.LedgerClient.Told;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.LedgerBooks;
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
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service and its database are killed while they move credits; afterwards every answer that was given is true. */
class LedgerStormIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CLIENTS = 16;
    private static final int COLD_STORES = 20;
    private static final int GRANTED = 1_000_000;

    /** So many further answers show that the storm is in full swing again. */
    private static final int SWING = 300;

    private static final String CHARGES = """
            SELECT c.id, c.store_id, CASE WHEN c.paid_by IS NULL THEN 'FORBIDDEN'
                                          WHEN c.status = 'released' THEN 'GIVEN_BACK' ELSE 'CHARGED' END
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
    void everyAcknowledgedChargeIsThereOnceAndNoOtherIs() throws Exception {
        try (LedgerProcesses ledger = new LedgerProcesses(folder)) {
            List<UUID> stores =
                    Stream.generate(UUID::randomUUID).limit(1 + COLD_STORES).toList();
            grant(ledger, stores);
            LedgerClient clients = new LedgerClient(
                    ledger.url(),
                    stores,
                    stores.stream().collect(Collectors.toMap(Function.identity(), ledger.identities()::store)),
                    ledger.identities().service("generation"));

            storm(clients, () -> {
                for (int round = 0; round < 2; round++) {
                    awaitFullSwing(clients);
                    ledger.killService();
                    awaitFullSwing(clients);
                    ledger.killPostgres();
                }
                awaitFullSwing(clients);
            });

            assertThat(clients.repeated.get())
                    .as("each kill met calls that were under way")
                    .isGreaterThanOrEqualTo(4);
            assertThat(clients.foundDone.get())
                    .as("calls that had been committed when their answer was lost")
                    .isPositive();
            assertAllTrue(ledger, stores, clients.facts);
        }
    }

    private interface Kills {
        void run() throws Exception;
    }

    /** Runs the clients while {@code kills} lasts; each then ends the try-on it has begun. */
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

    private static void awaitFullSwing(LedgerClient clients) {
        int before = clients.answered.get();
        Await.until(PATIENCE, clients.answered::get, answered -> answered >= before + SWING);
    }

    private static void assertAllTrue(LedgerProcesses ledger, List<UUID> stores, Map<UUID, Fact> facts)
            throws SQLException {
        try (Connection connection = ledger.connect()) {
            Map<UUID, Fact> found = new HashMap<>();
            ResultSet charges = connection.createStatement().executeQuery(CHARGES);
            while (charges.next()) {
                found.put(
                        charges.getObject(1, UUID.class),
                        new Fact(charges.getObject(2, UUID.class), Told.valueOf(charges.getString(3))));
            }
            assertThat(found)
                    .as("what stands is what the clients were told, no more and no less")
                    .isEqualTo(facts);

            assertThat(LedgerBooks.disagreements(connection, stores)).isEmpty();

            ResultSet sums = connection.createStatement().executeQuery(MOVEMENTS);
            sums.next();
            long standing = count(facts, Told.CHARGED);
            long givenBack = count(facts, Told.GIVEN_BACK);
            assertThat(sums.getLong(1)).as("deductions").isEqualTo(standing + givenBack);
            assertThat(sums.getLong(2)).as("refunds").isEqualTo(givenBack);
            assertThat(sums.getLong(3)).as("minus the sum of the ledger").isEqualTo(standing);
            assertThat(sums.getLong(5)).as("spent by all wallets").isEqualTo(standing);
            assertThat(sums.getLong(4)).as("deductions travelled together").isLessThan(sums.getLong(1));
        }
    }

    private static long count(Map<UUID, Fact> facts, Told told) {
        return facts.values().stream().filter(fact -> fact.told() == told).count();
    }

    private static void grant(LedgerProcesses ledger, List<UUID> stores) throws SQLException {
        try (Connection connection = ledger.connect();
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
