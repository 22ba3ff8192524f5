package dev.wearon.credits.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.ledger.StressConnection.Request;
import dev.wearon.processes.LedgerConsistency;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Moves credits in every way, on many connections at the same time, between few wallets. Several instances of the
 * service and an operator's {@code psql} do the same. The lock order of the SQL functions must prevent every deadlock.
 */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class LedgerStressTest {

    private static final int CONNECTIONS = 10;
    private static final int ROUNDS = 250;
    private static final int STORES = 5;
    private static final int SHOPPERS = 2;

    private static final int REQUESTS_PER_ID = 2;

    /** Concurrent requests choose among about this many ids. */
    private static final int WINDOW = 40;

    private static final int IDS = 40_000;

    private static final String FUND_SHOPPER = "SELECT credits.purchase(?, ?, ?, 200, 9.90)";

    private final List<UUID> stores =
            Stream.generate(UUID::randomUUID).limit(STORES).toList();
    private final List<UUID> ids = Stream.generate(UUID::randomUUID).limit(IDS).toList();
    private final AtomicInteger nextRequest = new AtomicInteger();

    @Test
    void concurrentBatchesSinglesReleasesAndGrantsNeverDeadlock() throws Exception {
        openWallets();
        long deadlocksBefore = deadlocks();

        List<Callable<StressConnection.Counts>> workers = IntStream.range(0, CONNECTIONS)
                .<Callable<StressConnection.Counts>>mapToObj(worker -> () -> run(new Random(worker)))
                .toList();
        List<StressConnection.Counts> counts = Calls.runTogether(workers);

        assertThat(counts).extracting(StressConnection.Counts::deadlocks).containsOnly(0);
        assertThat(deadlocks()).as("deadlocks that PostgreSQL counted").isEqualTo(deadlocksBefore);
        assertThat(counts.stream()
                        .mapToInt(StressConnection.Counts::splitBatches)
                        .sum())
                .as("batches that conflicted with another batch and were repeated request by request")
                .isPositive();
        try (Connection connection = LedgerRows.connect()) {
            assertThat(LedgerConsistency.disagreements(connection, stores)).isEmpty();
        }
        assertEveryKindOfChargeHappened();
    }

    private StressConnection.Counts run(Random random) throws SQLException {
        try (StressConnection ledger = new StressConnection()) {
            for (int round = 0; round < ROUNDS; round++) {
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3 -> ledger.chargeAll(requests(random, 1 + random.nextInt(30)));
                    case 4, 5, 6 -> ledger.releaseAll(requests(random, 1 + random.nextInt(30)));
                    case 7 -> ledger.charge(requests(random, 1).getFirst());
                    case 8 -> ledger.release(requests(random, 1).getFirst());
                    default -> ledger.grant(stores.get(random.nextInt(STORES)), 1 + random.nextInt(10));
                }
            }
            return ledger.counts();
        }
    }

    /** Makes requests in random order; some have the same id. An id always names the same wallet, as in production. */
    private List<Request> requests(Random random, int count) {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = nextRequest.getAndIncrement() / REQUESTS_PER_ID + random.nextInt(WINDOW);
            UUID store = stores.get(id % STORES);
            String shopper = id % 3 == 0 ? email(store, id % SHOPPERS) : null;
            boolean overage = shopper == null && id % 2 == 0;
            requests.add(new Request(ids.get(id), store, shopper, overage ? 14 : null, overage ? 700 : null));
        }
        Collections.shuffle(requests, random);
        return requests;
    }

    private static String email(UUID store, int shopper) {
        return "shopper-%d@%s.example".formatted(shopper, store);
    }

    private void openWallets() throws SQLException {
        try (StressConnection ledger = new StressConnection();
                Connection connection = LedgerRows.connect();
                PreparedStatement fund = connection.prepareStatement(FUND_SHOPPER)) {
            for (UUID store : stores) {
                ledger.grant(store, 300 + SHOPPERS * 200);
                for (int shopper = 0; shopper < SHOPPERS; shopper++) {
                    fund.setObject(1, store);
                    fund.setString(2, email(store, shopper));
                    fund.setString(3, "order-" + shopper);
                    fund.execute();
                }
            }
        }
    }

    /** Checks that the test covered every kind of charge. */
    private void assertEveryKindOfChargeHappened() throws SQLException {
        try (Connection connection = LedgerRows.connect();
                PreparedStatement query = connection.prepareStatement("""
                        SELECT count(*) FILTER (WHERE status = 'charged'),
                               count(*) FILTER (WHERE status = 'released' AND paid_by IS NOT NULL),
                               count(*) FILTER (WHERE paid_by IS NULL),
                               count(DISTINCT paid_by)
                          FROM credits.charges WHERE store_id = ANY (?)
                        """)) {
            query.setArray(1, connection.createArrayOf("uuid", stores.toArray()));
            ResultSet row = query.executeQuery();
            row.next();
            assertThat(List.of(row.getInt(1), row.getInt(2), row.getInt(3)))
                    .as("unreleased charges, released charges and tombstones")
                    .allMatch(count -> count > 0);
            assertThat(row.getInt(4))
                    .as("kinds of payer: pool, shopper and overage")
                    .isEqualTo(3);
        }
    }

    private static long deadlocks() throws SQLException {
        try (Connection connection = LedgerRows.connect();
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")) {
            row.next();
            return row.getLong(1);
        }
    }
}
