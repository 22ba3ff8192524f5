package dev.wearon.credits.purchases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.credits.ConcurrentCalls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.credits.ShopperRows;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class PurchaseRacesTest {

    private static final String ANN = "ann@shop.example";

    @Inject
    PendingPurchases job;

    /** The store and the shopper are new, so the calls race to open the wallets as well. */
    @RepeatedTest(2)
    void theSameOrderFiftyTimesInParallelIsOnePurchase() throws Exception {
        UUID store = Calls.newId();
        List<Callable<String>> calls =
                new ArrayList<>(Collections.nCopies(49, () -> Calls.outcome(Orders.buy(store, ANN, "1001", 3))));
        calls.add(() -> Calls.grant(store, "top-up", 10, "purchase").path("transaction_id") == null ? "" : "granted");

        Map<String, Long> answers = ConcurrentCalls.countByValue(Calls.runTogether(calls));

        assertThat(answers).containsEntry("granted", 1L).containsEntry("duplicate", 48L);
        assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(3, 3, 0)));
        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(7, 10, 3));
        ShopperRows.assertAddsUp(store);
    }

    @RepeatedTest(2)
    void tenOfFiftyPurchasesGetTheTenCredits() throws Exception {
        UUID store = Calls.storeWith(10);
        List<Callable<String>> calls = IntStream.range(0, 50)
                .<Callable<String>>mapToObj(
                        i -> () -> Calls.outcome(Orders.buy(store, "shopper" + i % 5 + "@shop.example", "o" + i, 1)))
                .toList();

        assertThat(ConcurrentCalls.countByValue(Calls.runTogether(calls)))
                .isEqualTo(Map.of("processed", 10L, "pending", 40L));

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(0, 10, 10));
        ShopperRows.assertAddsUp(store);
    }

    @Test
    void concurrentPurchasesGrantsChargesAndJobsNeverDeadlock() throws Exception {
        UUID one = Calls.newId();
        UUID other = Calls.newId();
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String shopper = "shopper" + i % 4 + "@shop.example";
            String reverse = "shopper" + (3 - i % 4) + "@shop.example";
            String order = "o" + i;
            calls.add(() -> Orders.buy(one, shopper, order, 2).statusCode());
            calls.add(() -> Orders.buy(other, reverse, order, 2).statusCode());
            calls.add(() -> Calls.grant(one, order, 3, "purchase").statusCode() - 1);
            calls.add(() -> Calls.grant(other, order, 3, "subscription").statusCode() - 1);
            calls.add(() -> Calls.charge(one, Calls.newId(), 1).statusCode());
            calls.add(() -> Calls.charge(other, Calls.newId(), 1).statusCode());
            calls.add(() -> job.runOnce().await().atMost(Duration.ofSeconds(30)).failed() == 0 ? 200 : 500);
        }
        Collections.shuffle(calls);

        assertThat(Calls.runTogether(calls)).containsOnly(200);

        job.runOnce().await().atMost(Duration.ofSeconds(30));
        for (UUID store : List.of(one, other)) {
            ShopperRows.assertAddsUp(store);
            assertThat(ShopperRows.orders(store, "pending").size() * 2)
                    .as("pending credits, with %s", LedgerRows.wallet(store))
                    .satisfiesAnyOf(pending -> assertThat(pending).isZero(), pending -> assertThat(
                                    LedgerRows.wallet(store).balance())
                            .isLessThan(2));
        }
    }
}
