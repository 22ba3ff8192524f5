package dev.wearon.credits.purchases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.credits.ShopperRows;
import dev.wearon.credits.purchases.PendingPurchases.Counts;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class PendingPurchasesTest {

    private static final String ANN = "ann@shop.example";
    private static final String BOB = "bob@shop.example";

    @Inject
    PendingPurchases job;

    @Inject
    MeterRegistry metrics;

    private UUID store;

    @BeforeEach
    void emptyPool() {
        store = Calls.newId();
        run();
    }

    @Test
    void areCompletedOldestFirstByATopUp() throws Exception {
        Orders.buy(store, ANN, "first", 4);
        Orders.buy(store, BOB, "second", 4);
        Orders.buy(store, ANN, "third", 4);

        Calls.grant(store, "top-up", 9, "purchase").then().statusCode(201).body("balance", is(9));

        assertThat(ShopperRows.orders(store, "completed")).containsExactly("first", "second");
        assertThat(ShopperRows.poolMovements(store))
                .extracting(ShopperRows.Movement::requestId)
                .containsExactly("req_first", "req_second");
        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(1, 9, 8));
        ShopperRows.assertAddsUp(store);
    }

    @Test
    void areSkippedIfTheyDoNotFit() throws Exception {
        Orders.buy(store, ANN, "large", 50);
        Orders.buy(store, BOB, "small", 5);

        Calls.grant(store, "first", 10, "purchase").then().statusCode(201);
        assertThat(ShopperRows.orders(store, "completed")).containsExactly("small");

        Calls.grant(store, "second", 45, "purchase").then().statusCode(201).body("balance", is(50));
        assertThat(ShopperRows.orders(store, "pending")).isEmpty();
        assertThat(LedgerRows.wallet(store).balance()).isZero();
        ShopperRows.assertAddsUp(store);
    }

    @Test
    void areNotCompletedByARepeatedTopUp() throws Exception {
        Calls.grant(store, "top-up", 5, "purchase");
        UUID charge = Calls.newId();
        Calls.charge(store, charge, 5);
        Orders.buy(store, ANN, "waiting", 5);
        Calls.release(store, charge);

        Calls.grant(store, "top-up", 5, "purchase").then().statusCode(201).body("balance", is(5));

        assertThat(ShopperRows.orders(store, "pending")).containsExactly("waiting");
        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(5, 5, 0));
    }

    @Test
    void areCompletedByTheJobAfterARefund() throws Exception {
        Calls.grant(store, "top-up", 5, "purchase");
        UUID charge = Calls.newId();
        Calls.charge(store, charge, 5);
        Orders.buy(store, ANN, "waiting", 5);
        assertThat(run()).isEqualTo(Counts.NONE);
        Calls.release(store, charge);

        assertThat(run()).isEqualTo(new Counts(1, 0));

        assertThat(ShopperRows.wallets(store).get(ANN)).isEqualTo(new Wallet(5, 5, 0));
        ShopperRows.assertAddsUp(store);
        assertThat(run()).isEqualTo(Counts.NONE);
    }

    @RepeatedTest(2)
    void moreThanAHundredAreCompletedOnceByTwoConcurrentJobs() throws Exception {
        // The two oldest never fit; 250 follow.
        pending(2, 1_000_000);
        pending(250, 1);

        Calls.grant(store, "top-up", 300, "purchase").then().statusCode(201).body("balance", is(300));
        assertThat(ShopperRows.orders(store, "completed")).hasSize(100);

        double before = metrics.counter("wearon.purchases.completed.later").count();
        int completed = Calls.runTogether(Collections.nCopies(2, (Callable<Counts>) this::run)).stream()
                .mapToInt(Counts::completed)
                .sum();

        assertThat(completed).isEqualTo(150);
        assertThat(metrics.counter("wearon.purchases.completed.later").count() - before)
                .isEqualTo(150);
        assertThat(ShopperRows.orders(store, "pending")).hasSize(2);
        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(50, 300, 250));
        ShopperRows.assertAddsUp(store);
    }

    @Test
    void areMeasuredWithTheAgeOfTheOldest() throws Exception {
        run();
        double before = metrics.get("wearon.purchases.pending").gauge().value();
        pending(1, 7);

        run();

        assertThat(metrics.get("wearon.purchases.pending").gauge().value()).isEqualTo(before + 1);
        // pending() makes the row an hour old.
        assertThat(metrics.get("wearon.purchases.pending.oldest").gauge().value())
                .isGreaterThanOrEqualTo(3600);
    }

    @Test
    void areMeasuredWhenNobodyHasClaimedThemForAnHour() throws Exception {
        run();
        double before = gauge("wearon.purchases.unclaimed");
        Orders.report(store, "old", 3, Map.of()).then().body("status", is("unclaimed"));
        makeAnHourOlder();
        Orders.report(store, "new", 3, Map.of()).then().body("status", is("unclaimed"));

        run();
        assertThat(gauge("wearon.purchases.unclaimed")).isEqualTo(before + 1);

        Orders.buy(store, ANN, "old", 3).then().body("status", is("pending"));
        run();
        assertThat(gauge("wearon.purchases.unclaimed")).isEqualTo(before);
    }

    @Test
    void areMeasuredWithTheirShortfalls() throws Exception {
        run();
        double before = gauge("wearon.purchases.shortfall");
        Calls.grant(store, "top-up", 5, "purchase").then().statusCode(201);
        Orders.buy(store, ANN, "spent", 5).then().body("status", is("completed"));
        UUID charge = Calls.newId();
        Calls.as(TestIdentities.store(store, BillingMode.RESELL_MODE, ANN))
                .body(Map.of("charge_id", charge, "amount", 4, "request_id", "req"))
                .post("/internal/v1/charges")
                .then()
                .statusCode(200);
        Orders.giveBack(store, "spent", 5, 5).then().body("shortfall", is(4));

        run();
        assertThat(gauge("wearon.purchases.shortfall")).isEqualTo(before + 4);

        Calls.release(store, charge);
        run();
        assertThat(gauge("wearon.purchases.shortfall")).isEqualTo(before);
    }

    @Test
    void ofAFullWalletDoNotBlockOthers() throws Exception {
        Orders.buy(store, ANN, "first", 1);
        Orders.buy(store, BOB, "second", 1);
        execute("""
                UPDATE credits.store_shopper_credits SET total_purchased = 2147483647, total_spent = 2147483647
                 WHERE store_id = '%s' AND shopper_email = '%s'
                """.formatted(store, ANN));

        Calls.grant(store, "top-up", 10, "purchase").then().statusCode(201);

        assertThat(ShopperRows.orders(store, "completed")).containsExactly("second");
        assertThat(run()).isEqualTo(Counts.NONE);
    }

    @Test
    void areSearchedByTheScheduledJob() {
        var rounds = metrics.counter("wearon.job.rounds", "job", "pending-purchases", "outcome", "done");

        Await.until(Duration.ofSeconds(10), rounds::count, done -> done > 0);
    }

    @Test
    void needAnotherRoundOnlyAfterACompletion() {
        assertThat(PendingPurchases.needsAnotherRound(new Counts(1, 3))).isTrue();
        assertThat(PendingPurchases.needsAnotherRound(new Counts(0, 3))).isFalse();
    }

    private Counts run() {
        return job.runOnce().await().atMost(Duration.ofSeconds(30));
    }

    /** Uses SQL, because 250 orders over HTTP are slow. */
    private void pending(int count, int credits) throws SQLException {
        execute("""
                SELECT credits.purchase('%1$s', 'shopper' || i %% 7 || '@shop.example', 'o-%3$d-' || i, %3$d, 1)
                  FROM generate_series(1, %2$d) i
                """.formatted(store, count, credits));
        makeAnHourOlder();
    }

    private void makeAnHourOlder() throws SQLException {
        execute("""
                ALTER TABLE credits.store_shopper_purchases DISABLE TRIGGER purchases_only_complete;
                UPDATE credits.store_shopper_purchases SET created_at = created_at - interval '1 hour'
                 WHERE store_id = '%s';
                ALTER TABLE credits.store_shopper_purchases ENABLE TRIGGER purchases_only_complete
                """.formatted(store));
    }

    private double gauge(String name) {
        return metrics.get(name).gauge().value();
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = LedgerRows.connect()) {
            connection.createStatement().execute(sql);
        }
    }
}
