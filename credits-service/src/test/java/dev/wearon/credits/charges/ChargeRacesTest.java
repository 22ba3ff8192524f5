package dev.wearon.credits.charges;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.local.testing.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
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
class ChargeRacesTest {

    /** Repeated, because the first time the pool is still opening its connections and little of it is parallel. */
    @RepeatedTest(3)
    void tenCreditsPayForTenOfAHundredParallelCharges() throws Exception {
        UUID storeId = Calls.storeWith(10);
        List<Callable<String>> charges = IntStream.range(0, 100)
                .<Callable<String>>mapToObj(i -> () -> Calls.outcome(Calls.charge(storeId, Calls.newId(), 1)))
                .toList();

        assertThat(counted(Calls.race(charges))).isEqualTo(Map.of("charged", 10L, "insufficient", 90L));

        assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(0, 10, 10));
        assertThat(LedgerRows.movements(storeId))
                .filteredOn(movement -> movement.type().equals("deduction"))
                .hasSize(10);
        LedgerRows.assertAddsUp(storeId);
    }

    @Test
    void theSameChargeThirtyTimesInParallelTakesOnce() throws Exception {
        UUID storeId = Calls.storeWith(10);
        UUID chargeId = Calls.newId();
        Callable<String> charge = () -> Calls.outcome(Calls.charge(storeId, chargeId, 1));

        assertThat(counted(Calls.race(Collections.nCopies(30, charge))))
                .isEqualTo(Map.of("charged", 1L, "replayed", 29L));

        assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(9, 10, 1));
        LedgerRows.assertAddsUp(storeId);
    }

    @Test
    void theSameReleaseTwentyTimesInParallelGivesBackOnce() throws Exception {
        UUID storeId = Calls.storeWith(10);
        UUID chargeId = Calls.newId();
        Calls.charge(storeId, chargeId, 5);
        Callable<String> release = () -> Calls.outcome(Calls.release(storeId, chargeId));

        assertThat(counted(Calls.race(Collections.nCopies(20, release))))
                .isEqualTo(Map.of("released", 1L, "already_released", 19L));

        assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(10, 10, 0));
        LedgerRows.assertAddsUp(storeId);
    }

    /** Whoever wins, the credit ends where it began and the two answers tell one story. */
    @RepeatedTest(5)
    void chargeAndReleaseOfOneIdAgreeInEitherOrder() throws Exception {
        UUID storeId = Calls.storeWith(20);
        for (int round = 0; round < 10; round++) {
            UUID chargeId = Calls.newId();
            List<Callable<String>> pair = new ArrayList<>();
            pair.add(() -> "charge " + Calls.outcome(Calls.charge(storeId, chargeId, 1)));
            pair.add(() -> "release " + Calls.outcome(Calls.release(storeId, chargeId)));
            Collections.shuffle(pair);

            assertThat(List.copyOf(Calls.race(pair)).stream().sorted().toList())
                    .isIn(
                            List.of("charge charged", "release released"),
                            List.of("charge released", "release never_charged"));
            assertThat(LedgerRows.chargeStatus(chargeId)).isEqualTo("released");
        }
        assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(20, 20, 0));
        LedgerRows.assertAddsUp(storeId);
    }

    @Test
    void twoStoresThatWantOneIdGetItOnce() throws Exception {
        UUID one = Calls.storeWith(10);
        UUID other = Calls.storeWith(10);
        UUID chargeId = Calls.newId();
        List<Callable<Integer>> charges = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            charges.add(() -> Calls.charge(one, chargeId, 1).statusCode());
            charges.add(() -> Calls.charge(other, chargeId, 1).statusCode());
        }

        assertThat(counted(Calls.race(charges))).isEqualTo(Map.of(200, 5L, 404, 5L));

        assertThat(LedgerRows.wallet(one).balance() + LedgerRows.wallet(other).balance())
                .isEqualTo(19);
        LedgerRows.assertAddsUp(one);
        LedgerRows.assertAddsUp(other);
    }

    private static <T> Map<T, Long> counted(List<T> answers) {
        return answers.stream().collect(groupingBy(answer -> answer, counting()));
    }
}
