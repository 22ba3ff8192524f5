package dev.wearon.credits.charges;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.wearon.credits.AtOnce;
import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.charges.Purse.Movement;
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
 * Hundreds of calls under way at once, on a pool, a shopper's wallet and a store's overage alike. That they went
 * through the group commit is read from the rows: those of one transaction carry its number.
 */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ChargeRacesTest {

    @ParameterizedTest
    @EnumSource
    void tenCreditsPayForTenOfTwoHundred(Purse.Kind kind) throws Exception {
        Purse purse = kind.of(10);
        List<UUID> ids = newIds(200);

        List<String> outcomes = AtOnce.outcomes(ids.stream().map(purse::charge).toList());

        assertThat(AtOnce.counted(outcomes)).isEqualTo(Map.of("charged", 10L, "insufficient", 190L));
        List<Movement> movements = purse.movements();
        assertThat(movements).extracting(Movement::type).containsOnly(purse.taking());
        assertThat(movements)
                .extracting(Movement::chargeId)
                .as("those that were told so are those in the ledger")
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 200)
                        .filter(i -> outcomes.get(i).equals("charged"))
                        .mapToObj(ids::get)
                        .toList());
        assertThat(purse.spentOf(10)).isEqualTo(10);
        purse.assertBooksAgree();
        assertTravelledTogether(movements);
    }

    @ParameterizedTest
    @EnumSource
    void oneIdFiftyTimesIsTakenOnce(Purse.Kind kind) throws Exception {
        Purse purse = kind.of(10);
        UUID chargeId = Calls.newId();

        List<String> outcomes = AtOnce.outcomes(Collections.nCopies(50, purse.charge(chargeId)));

        assertThat(AtOnce.counted(outcomes)).isEqualTo(Map.of("charged", 1L, "replayed", 49L));
        assertThat(purse.movements())
                .extracting(Movement::chargeId, Movement::type)
                .containsExactly(tuple(chargeId, purse.taking()));
        assertThat(purse.spentOf(10)).isEqualTo(1);
        purse.assertBooksAgree();
    }

    /** Of every three ids one is charged first, one released first, and of one nobody knows who will be first. */
    @ParameterizedTest
    @EnumSource
    void chargesAndTheirReleasesAgreeInEitherOrder(Purse.Kind kind) throws Exception {
        Purse purse = kind.of(200);
        List<UUID> ids = newIds(180);
        String worker = TestIdentities.service("generation");
        List<List<HttpRequest>> chains = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            HttpRequest charge = purse.charge(ids.get(i));
            HttpRequest release = AtOnce.release(worker, purse.storeId(), ids.get(i));
            switch (i % 3) {
                case 0 -> chains.add(List.of(charge, release));
                case 1 -> chains.add(List.of(release, charge));
                default -> chains.addAll(List.of(List.of(charge), List.of(release)));
            }
        }

        List<List<String>> outcomes = AtOnce.outcomesInTurn(chains);

        Map<UUID, List<String>> written =
                purse.movements().stream().collect(groupingBy(Movement::chargeId, mapping(Movement::type, toList())));
        for (int i = 0; i < ids.size(); i += 3) {
            List<List<String>> three = outcomes.subList(i / 3 * 4, i / 3 * 4 + 4);
            assertThat(three.get(0)).containsExactly("charged", "released");
            assertThat(written.get(ids.get(i))).containsExactly(purse.taking(), "refund");
            assertThat(three.get(1)).containsExactly("never_charged", "released");
            assertThat(written).doesNotContainKey(ids.get(i + 1));
            if (written.containsKey(ids.get(i + 2))) {
                assertThat(three.subList(2, 4)).containsExactly(List.of("charged"), List.of("released"));
                assertThat(written.get(ids.get(i + 2))).containsExactly(purse.taking(), "refund");
            } else {
                assertThat(three.subList(2, 4)).containsExactly(List.of("released"), List.of("never_charged"));
            }
        }
        assertThat(purse.spentOf(200)).isZero();
        purse.assertBooksAgree();
        assertTravelledTogether(purse.movements());
    }

    @ParameterizedTest
    @EnumSource
    void whatWasReleasedBeforeItCameIsNeverCharged(Purse.Kind kind) throws Exception {
        Purse purse = kind.of(10);
        List<UUID> ids = newIds(50);
        String worker = TestIdentities.service("generation");

        assertThat(AtOnce.outcomes(releases(worker, purse, ids))).containsOnly("never_charged");
        assertThat(AtOnce.outcomes(charges(purse, ids))).containsOnly("released");
        assertThat(AtOnce.outcomes(releases(worker, purse, ids))).containsOnly("never_charged");

        assertThat(purse.movements()).isEmpty();
        purse.assertBooksAgree();
    }

    @ParameterizedTest
    @EnumSource
    void aChargeIsGivenBackOnceHoweverManyAsk(Purse.Kind kind) throws Exception {
        Purse purse = kind.of(10);
        UUID chargeId = Calls.newId();
        AtOnce.outcomes(List.of(purse.charge(chargeId)));

        List<String> outcomes = AtOnce.outcomes(Collections.nCopies(50, AtOnce.release(purse.storeId(), chargeId)));

        assertThat(AtOnce.counted(outcomes)).isEqualTo(Map.of("released", 1L, "already_released", 49L));
        assertThat(purse.movements()).extracting(Movement::type).containsExactly(purse.taking(), "refund");
        assertThat(purse.spentOf(10)).isZero();
        purse.assertBooksAgree();
    }

    /** Overage is what can be charged where nothing was ever granted: fifty want to be the first of a new store. */
    @Test
    void fiftyAreTheFirstOfAStoreThatNobodyKnew() throws Exception {
        Purse purse = Purse.Kind.OVERAGE.of(10);
        List<HttpRequest> requests = new ArrayList<>(charges(purse, newIds(50)));
        requests.addAll(releases(TestIdentities.service("generation"), purse, newIds(20)));

        Map<String, Long> outcomes = AtOnce.counted(AtOnce.outcomes(requests));

        assertThat(outcomes).isEqualTo(Map.of("charged", 10L, "insufficient", 40L, "never_charged", 20L));
        assertThat(LedgerRows.wallet(purse.storeId())).isEqualTo(new LedgerRows.Wallet(0, 0, 0));
        assertThat(purse.spentOf(10)).isEqualTo(10);
        purse.assertBooksAgree();
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

        assertThat(AtOnce.counted(Calls.race(charges))).isEqualTo(Map.of(200, 5L, 404, 5L));

        assertThat(LedgerRows.wallet(one).balance() + LedgerRows.wallet(other).balance())
                .isEqualTo(19);
        LedgerRows.assertAddsUp(one);
        LedgerRows.assertAddsUp(other);
    }

    private static List<UUID> newIds(int count) {
        return Stream.generate(Calls::newId).limit(count).toList();
    }

    private static List<HttpRequest> charges(Purse purse, List<UUID> ids) {
        return ids.stream().map(purse::charge).toList();
    }

    private static List<HttpRequest> releases(String worker, Purse purse, List<UUID> ids) {
        return ids.stream()
                .map(id -> AtOnce.release(worker, purse.storeId(), id))
                .toList();
    }

    private static void assertTravelledTogether(List<Movement> movements) {
        assertThat(movements.stream().map(Movement::transaction).distinct().count())
                .as("transactions of %d movements", movements.size())
                .isLessThan(movements.size());
    }
}
