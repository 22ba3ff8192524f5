package dev.wearon.credits.charges;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.wearon.credits.Calls;
import dev.wearon.credits.ConcurrentCalls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.charges.PaymentSource.Movement;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sends hundreds of concurrent calls, paid by a pool, a shopper's wallet or overage. The rows show that group commit
 * works: rows of one transaction have the same transaction number.
 */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ChargeRacesTest {

    @ParameterizedTest
    @EnumSource
    void tenCreditsPayForTenOfTwoHundredCharges(PaymentSource.Kind kind) throws Exception {
        PaymentSource source = kind.of(10);
        // A batch with a store without a wallet is repeated request by request.
        Calls.balance(source.storeId()).then().statusCode(200);
        List<UUID> ids = newIds(200);

        List<String> outcomes =
                ConcurrentCalls.outcomes(ids.stream().map(source::charge).toList());

        assertThat(ConcurrentCalls.countByValue(outcomes)).isEqualTo(Map.of("charged", 10L, "insufficient", 190L));
        List<Movement> movements = source.movements();
        assertThat(movements).extracting(Movement::type).containsOnly(source.chargeMovement());
        assertThat(movements)
                .extracting(Movement::chargeId)
                .as("the ledger has exactly the charges with the outcome charged")
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 200)
                        .filter(i -> outcomes.get(i).equals("charged"))
                        .mapToObj(ids::get)
                        .toList());
        assertThat(source.spentOutOf(10)).isEqualTo(10);
        source.assertLedgerAgrees();
        assertCommittedInBatches(movements);
    }

    @ParameterizedTest
    @EnumSource
    void fiftyChargesWithOneIdChargeOnce(PaymentSource.Kind kind) throws Exception {
        PaymentSource source = kind.of(10);
        UUID chargeId = Calls.newId();

        List<String> outcomes = ConcurrentCalls.outcomes(Collections.nCopies(50, source.charge(chargeId)));

        assertThat(ConcurrentCalls.countByValue(outcomes)).isEqualTo(Map.of("charged", 1L, "replayed", 49L));
        assertThat(source.movements())
                .extracting(Movement::chargeId, Movement::type)
                .containsExactly(tuple(chargeId, source.chargeMovement()));
        assertThat(source.spentOutOf(10)).isEqualTo(1);
        source.assertLedgerAgrees();
    }

    /** Of every three ids, one is charged first, one is released first, and for one both calls race. */
    @ParameterizedTest
    @EnumSource
    void chargesAndTheirReleasesAgreeInEitherOrder(PaymentSource.Kind kind) throws Exception {
        PaymentSource source = kind.of(200);
        List<UUID> ids = newIds(180);
        String worker = TestIdentities.service("generation");
        List<List<HttpRequest>> chains = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            HttpRequest charge = source.charge(ids.get(i));
            HttpRequest release = ConcurrentCalls.release(worker, source.storeId(), ids.get(i));
            switch (i % 3) {
                case 0 -> chains.add(List.of(charge, release));
                case 1 -> chains.add(List.of(release, charge));
                default -> chains.addAll(List.of(List.of(charge), List.of(release)));
            }
        }

        List<List<String>> outcomes = ConcurrentCalls.outcomesOfChains(chains);

        Map<UUID, List<String>> written =
                source.movements().stream().collect(groupingBy(Movement::chargeId, mapping(Movement::type, toList())));
        for (int i = 0; i < ids.size(); i += 3) {
            List<List<String>> three = outcomes.subList(i / 3 * 4, i / 3 * 4 + 4);
            assertThat(three.get(0)).containsExactly("charged", "released");
            assertThat(written.get(ids.get(i))).containsExactly(source.chargeMovement(), "refund");
            assertThat(three.get(1)).containsExactly("never_charged", "released");
            assertThat(written).doesNotContainKey(ids.get(i + 1));
            if (written.containsKey(ids.get(i + 2))) {
                assertThat(three.subList(2, 4)).containsExactly(List.of("charged"), List.of("released"));
                assertThat(written.get(ids.get(i + 2))).containsExactly(source.chargeMovement(), "refund");
            } else {
                assertThat(three.subList(2, 4)).containsExactly(List.of("released"), List.of("never_charged"));
            }
        }
        assertThat(source.spentOutOf(200)).isZero();
        source.assertLedgerAgrees();
        assertCommittedInBatches(source.movements());
    }

    @ParameterizedTest
    @EnumSource
    void aChargeAfterItsReleaseIsNeverCharged(PaymentSource.Kind kind) throws Exception {
        PaymentSource source = kind.of(10);
        List<UUID> ids = newIds(50);
        String worker = TestIdentities.service("generation");

        assertThat(ConcurrentCalls.outcomes(releases(worker, source, ids))).containsOnly("never_charged");
        assertThat(ConcurrentCalls.outcomes(charges(source, ids))).containsOnly("released");
        assertThat(ConcurrentCalls.outcomes(releases(worker, source, ids))).containsOnly("never_charged");

        assertThat(source.movements()).isEmpty();
        source.assertLedgerAgrees();
    }

    @ParameterizedTest
    @EnumSource
    void fiftyReleasesOfOneChargeReleaseItOnce(PaymentSource.Kind kind) throws Exception {
        PaymentSource source = kind.of(10);
        UUID chargeId = Calls.newId();
        ConcurrentCalls.outcomes(List.of(source.charge(chargeId)));

        List<String> outcomes =
                ConcurrentCalls.outcomes(Collections.nCopies(50, ConcurrentCalls.release(source.storeId(), chargeId)));

        assertThat(ConcurrentCalls.countByValue(outcomes)).isEqualTo(Map.of("released", 1L, "already_released", 49L));
        assertThat(source.movements()).extracting(Movement::type).containsExactly(source.chargeMovement(), "refund");
        assertThat(source.spentOutOf(10)).isZero();
        source.assertLedgerAgrees();
    }

    /** Overage needs no grant, so the first charges of a new store can race. */
    @Test
    void fiftyConcurrentFirstChargesOfANewStoreOpenOneWallet() throws Exception {
        PaymentSource source = PaymentSource.Kind.OVERAGE.of(10);
        List<HttpRequest> requests = new ArrayList<>(charges(source, newIds(50)));
        requests.addAll(releases(TestIdentities.service("generation"), source, newIds(20)));

        Map<String, Long> outcomes = ConcurrentCalls.countByValue(ConcurrentCalls.outcomes(requests));

        assertThat(outcomes).isEqualTo(Map.of("charged", 10L, "insufficient", 40L, "never_charged", 20L));
        assertThat(LedgerRows.wallet(source.storeId())).isEqualTo(new LedgerRows.Wallet(0, 0, 0));
        assertThat(source.spentOutOf(10)).isEqualTo(10);
        source.assertLedgerAgrees();
    }

    @Test
    void anIdThatTwoStoresUseIsChargedForOneStore() throws Exception {
        UUID one = Calls.storeWith(10);
        UUID other = Calls.storeWith(10);
        UUID chargeId = Calls.newId();
        List<Callable<Integer>> charges = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            charges.add(() -> Calls.charge(one, chargeId, 1).statusCode());
            charges.add(() -> Calls.charge(other, chargeId, 1).statusCode());
        }

        assertThat(ConcurrentCalls.countByValue(Calls.runTogether(charges))).isEqualTo(Map.of(200, 5L, 404, 5L));

        assertThat(LedgerRows.wallet(one).balance() + LedgerRows.wallet(other).balance())
                .isEqualTo(19);
        LedgerRows.assertAddsUp(one);
        LedgerRows.assertAddsUp(other);
    }

    private static List<UUID> newIds(int count) {
        return Stream.generate(Calls::newId).limit(count).toList();
    }

    private static List<HttpRequest> charges(PaymentSource source, List<UUID> ids) {
        return ids.stream().map(source::charge).toList();
    }

    private static List<HttpRequest> releases(String worker, PaymentSource source, List<UUID> ids) {
        return ids.stream()
                .map(id -> ConcurrentCalls.release(worker, source.storeId(), id))
                .toList();
    }

    private static void assertCommittedInBatches(List<Movement> movements) {
        assertThat(movements.stream().map(Movement::transaction).distinct().count())
                .as("transactions of %d movements", movements.size())
                .isLessThan(movements.size());
    }
}
