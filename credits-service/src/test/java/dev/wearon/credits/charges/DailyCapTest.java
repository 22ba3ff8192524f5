package dev.wearon.credits.charges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.credits.ConcurrentCalls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerWriter;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All charges of a store together take at most its daily cap, whoever pays. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class DailyCapTest {

    /** Moves the charges of a store, and its count, to another day. */
    private static final String MOVED = """
            SET session_replication_role = replica;
            UPDATE credits.charges SET created_at = created_at %2$s INTERVAL '1 day' WHERE store_id = '%1$s';
            UPDATE credits.store_credits SET spent_since = spent_since %2$s INTERVAL '1 day' WHERE store_id = '%1$s'
            """;

    @ParameterizedTest
    @EnumSource
    void aCapOfTenAllowsTenOfTwoHundredConcurrentCharges(PaymentSource.Kind kind) throws Exception {
        PaymentSource source = kind.of(150).withDailyCap(10);

        List<String> outcomes = ConcurrentCalls.outcomes(
                newIds(200).stream().map(source::charge).toList());

        assertThat(ConcurrentCalls.countByValue(outcomes)).isEqualTo(Map.of("charged", 10L, "daily_cap_reached", 190L));
        assertThat(source.spentOutOf(150)).isEqualTo(10);
        assertThat(spentToday(source.storeId())).isEqualTo(10);
        source.assertLedgerAgrees();
    }

    @ParameterizedTest
    @EnumSource
    void aReleaseOnTheSameDayMakesRoom(PaymentSource.Kind kind) throws Exception {
        PaymentSource source = kind.of(150).withDailyCap(2);
        UUID first = Calls.newId();
        UUID refused = Calls.newId();

        assertThat(inTurn(source.charge(first), source.charge(Calls.newId()), source.charge(refused)))
                .containsExactly("charged", "charged", "daily_cap_reached");
        assertThat(inTurn(
                        ConcurrentCalls.release(source.storeId(), first),
                        source.charge(refused),
                        source.charge(Calls.newId())))
                .containsExactly("released", "charged", "daily_cap_reached");

        assertThat(spentToday(source.storeId())).isEqualTo(2);
        source.assertLedgerAgrees();
    }

    @Test
    void aRepeatOfAChargeIsReplayedWhenTheCapIsReached() throws Exception {
        PaymentSource source = PaymentSource.Kind.POOL.of(150).withDailyCap(1);
        HttpRequest charge = source.charge(Calls.newId());

        assertThat(inTurn(charge, source.charge(Calls.newId()), charge))
                .containsExactly("charged", "daily_cap_reached", "replayed");
    }

    @Test
    void theCapIsNamedBeforeTheEmptyWallet() throws Exception {
        PaymentSource source = PaymentSource.Kind.POOL.of(1).withDailyCap(1);

        assertThat(inTurn(source.charge(Calls.newId()), source.charge(Calls.newId())))
                .containsExactly("charged", "daily_cap_reached");
    }

    @Test
    void countsWhatWasSpentBeforeTheCapWasSet() throws Exception {
        PaymentSource source = PaymentSource.Kind.SHOPPER.of(150);
        inTurn(source.charge(Calls.newId()), source.charge(Calls.newId()));

        PaymentSource capped = source.withDailyCap(3);

        assertThat(inTurn(capped.charge(Calls.newId()), capped.charge(Calls.newId()), source.charge(Calls.newId())))
                .as("a store without a cap is not limited")
                .containsExactly("charged", "daily_cap_reached", "charged");
    }

    @ParameterizedTest
    @EnumSource
    void aNewDayStartsAtZeroAndAReleaseOfYesterdayLeavesItAlone(PaymentSource.Kind kind) throws Exception {
        PaymentSource source = kind.of(150).withDailyCap(2);
        UUID old = Calls.newId();
        inTurn(source.charge(old), source.charge(Calls.newId()));
        UUID storeId = source.storeId();

        try (Connection connection = LedgerRows.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(MOVED.formatted(storeId, "-"));
        }
        // A batch decides this first charge of the day by the slow way, because it reads yesterday's count.
        List<String> outcomes =
                ConcurrentCalls.outcomes(newIds(5).stream().map(source::charge).toList());
        String released = inTurn(ConcurrentCalls.release(storeId, old)).getFirst();

        assertThat(ConcurrentCalls.countByValue(outcomes)).isEqualTo(Map.of("charged", 2L, "daily_cap_reached", 3L));
        assertThat(released).isEqualTo("released");
        assertThat(inTurn(source.charge(Calls.newId()))).containsExactly("daily_cap_reached");
        assertThat(spentToday(storeId)).isEqualTo(2);
    }

    /** The clock was ahead when the first store was charged. */
    @Test
    void aBatchWithAStoreOfTomorrowLeavesTheDayOfTheOthersAlone() throws Exception {
        PaymentSource ahead = PaymentSource.Kind.POOL.of(150).withDailyCap(2);
        PaymentSource other = PaymentSource.Kind.POOL.of(150).withDailyCap(2);
        inTurn(ahead.charge(Calls.newId()), other.charge(Calls.newId()), other.charge(Calls.newId()));
        try (Connection connection = LedgerRows.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(MOVED.formatted(ahead.storeId(), "+"));
        }

        assertThat(batch(List.of(
                        member(capped(ahead.storeId())),
                        member(capped(other.storeId())),
                        member(capped(ahead.storeId())))))
                .containsExactly("charged", "daily_cap_reached", "daily_cap_reached");

        assertThat(spentToday(ahead.storeId())).isEqualTo(2);
        assertThat(spentToday(other.storeId())).isEqualTo(2);
        ahead.assertLedgerAgrees();
        other.assertLedgerAgrees();
    }

    @Test
    void oneBatchRefusesOnlyTheChargesOverTheCap() {
        UUID limited = Calls.storeWith(10);
        UUID free = Calls.storeWith(10);
        List<Map<String, Object>> charges = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            charges.add(member(capped(limited)));
            charges.add(member(TestIdentities.store(free)));
        }

        assertThat(batch(charges))
                .containsExactly("charged", "charged", "charged", "charged", "daily_cap_reached", "charged");
    }

    /** Two shoppers of one store, on their own wallets, reach its cap together. */
    @Test
    void countsAllShoppersOfTheStoreExactly() throws Exception {
        UUID storeId = Calls.storeWith(100);
        List<String> identities = new ArrayList<>();
        try (LedgerWriter writer = new LedgerWriter(storeId)) {
            for (String shopper : List.of("ann@example.com", "bob@example.com")) {
                writer.purchase(writer.shopper(shopper), 40);
                identities.add(TestIdentities.store(
                        storeId, TestIdentities.capped(BillingMode.RESELL_MODE, 15), Optional.of(shopper)));
            }
        }

        List<HttpRequest> charges = newIds(60).stream()
                .map(id -> ConcurrentCalls.charge(identities.get(Math.floorMod(id.hashCode(), 2)), id))
                .toList();

        assertThat(ConcurrentCalls.countByValue(ConcurrentCalls.outcomes(charges)))
                .isEqualTo(Map.of("charged", 15L, "daily_cap_reached", 45L));
        assertThat(spentToday(storeId)).isEqualTo(15);
    }

    private static List<String> batch(List<Map<String, Object>> charges) {
        return Calls.as(TestIdentities.service("generation"))
                .body(Map.of("charges", charges))
                .post("/internal/v1/charges/batch")
                .then()
                .statusCode(200)
                .extract()
                .path("answers.outcome");
    }

    private static String capped(UUID storeId) {
        return TestIdentities.store(storeId, TestIdentities.capped(BillingMode.ABSORB_MODE, 2), Optional.empty());
    }

    private static Map<String, Object> member(String identity) {
        UUID id = Calls.newId();
        return Map.of("identity", identity, "charge_id", id, "amount", 1, "request_id", "req_" + id);
    }

    private static List<String> inTurn(HttpRequest... requests) {
        return ConcurrentCalls.outcomesOfChains(List.of(List.of(requests))).getFirst();
    }

    private static List<UUID> newIds(int count) {
        return Stream.generate(Calls::newId).limit(count).toList();
    }

    private static long spentToday(UUID storeId) throws SQLException {
        return LedgerRows.query(connection -> {
            try (Statement statement = connection.createStatement()) {
                ResultSet row = statement.executeQuery(
                        "SELECT spent_today FROM credits.store_credits WHERE store_id = '%s'".formatted(storeId));
                row.next();
                return row.getLong(1);
            }
        });
    }
}
