package dev.wearon.credits.notices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.wearon.credits.Calls;
import dev.wearon.credits.ConcurrentCalls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerWriter;
import dev.wearon.credits.LogLines;
import dev.wearon.credits.purchases.Orders;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store is told once for each time that its credits fall to its limit. The job runs in the service, too. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class LowCreditsTest {

    private static final int LIMIT = 20;

    private LogLines log;

    @BeforeEach
    void readLog() {
        log = new LogLines();
    }

    @AfterEach
    void closeLog() {
        log.close();
    }

    @Test
    void tellsOnceWhenConcurrentChargesCrossTheLimit() throws Exception {
        UUID store = Calls.storeWith(60);

        List<String> outcomes = ConcurrentCalls.outcomes(
                Stream.generate(() -> charge(store)).limit(80).toList());

        assertThat(ConcurrentCalls.countByValue(outcomes)).isEqualTo(Map.of("charged", 60L, "insufficient", 20L));
        assertThat(told(store)).singleElement().asString().endsWith("Its low_credits_at is 20");
    }

    @Test
    void tellsTheChargeThatLeavesTheLimit() throws Exception {
        UUID store = Calls.storeWith(22);

        charge(store, 1);
        assertThat(told(store)).isEmpty();
        charge(store, 3);

        assertThat(told(store)).containsExactly("Store " + store + " has 20 credits left. Its low_credits_at is 20");
    }

    /** A store whose try-ons fail and succeed in turn is told once. */
    @Test
    void aReleaseDoesNotEndIt() throws Exception {
        UUID store = Calls.storeWith(LIMIT + 1);
        for (int i = 0; i < 3; i++) {
            UUID id = Calls.newId();
            assertThat(inTurn(ConcurrentCalls.charge(identity(store), id), ConcurrentCalls.release(store, id)))
                    .containsExactly("charged", "released");
        }
        assertThat(told(store)).hasSize(1);
    }

    @Test
    void onlyAGrantOfMoreThanTheLimitEndsIt() throws Exception {
        UUID store = Calls.storeWith(10);
        charge(store, 1);
        assertThat(told(store)).hasSize(1);

        grant(store, LIMIT - 9);
        charge(store, 1);
        assertThat(told(store)).hasSize(1);

        grant(store, 2);
        charge(store, 1);
        assertThat(told(store)).last().asString().contains("has 20 credits left");
        assertThat(told(store)).hasSize(2);
    }

    @Test
    void anOrderThatIsGivenBackEndsItLikeAGrant() throws Exception {
        UUID store = Calls.storeWith(LIMIT + 10);
        Orders.buy(store, "ann@example.com", "1001", 12).then().statusCode(200);
        charge(store, 1);
        assertThat(told(store)).hasSize(1);

        Orders.giveBack(store, "1001", 12, 12).then().statusCode(200);
        charge(store, 10);

        assertThat(told(store)).hasSize(2);
    }

    @Test
    void aRefusedChargeTellsNothing() throws Exception {
        UUID store = Calls.storeWith(1);
        UUID id = Calls.newId();

        Calls.as(identity(store))
                .body(Map.of("charge_id", id, "amount", 2, "request_id", "req_" + id))
                .post("/internal/v1/charges")
                .then()
                .body("outcome", equalTo("insufficient"));

        assertThat(told(store)).isEmpty();
    }

    @Test
    void aChargeOfAShopperTellsNothing() throws Exception {
        UUID store = Calls.storeWith(10);
        try (LedgerWriter writer = new LedgerWriter(store)) {
            writer.purchase(writer.shopper("ann@example.com"), 5);
        }
        String shopper = TestIdentities.store(
                store, TestIdentities.toldAt(BillingMode.RESELL_MODE, LIMIT), Optional.of("ann@example.com"));

        assertThat(inTurn(ConcurrentCalls.charge(shopper, Calls.newId()))).containsExactly("charged");

        assertThat(told(store)).isEmpty();
    }

    @Test
    void aStoreWithoutALimitIsNotTold() throws Exception {
        UUID store = Calls.storeWith(1);

        assertThat(inTurn(ConcurrentCalls.charge(TestIdentities.store(store), Calls.newId())))
                .containsExactly("charged");

        assertThat(told(store)).isEmpty();
    }

    @Test
    void aBatchTellsEveryStoreThatCrossedItsLimit() throws Exception {
        UUID low = Calls.storeWith(LIMIT + 1);
        UUID lower = Calls.storeWith(2);
        UUID rich = Calls.storeWith(100);
        List<Map<String, Object>> charges = new ArrayList<>();
        for (UUID store : List.of(low, rich, lower)) {
            UUID id = Calls.newId();
            charges.add(Map.of("identity", identity(store), "charge_id", id, "amount", 1, "request_id", "req_" + id));
        }

        Calls.as(TestIdentities.service("generation"))
                .body(Map.of("charges", charges))
                .post("/internal/v1/charges/batch")
                .then()
                .statusCode(200);

        assertThat(told(low)).singleElement().asString().contains("has 20 credits left");
        assertThat(told(lower)).singleElement().asString().contains("has 1 credits left");
        assertThat(told(rich)).isEmpty();
    }

    /** The job logs a note before it deletes it, so the lines are complete when no note is left. */
    private List<String> told(UUID store) throws Exception {
        Await.until(Duration.ofSeconds(30), () -> notes(store), notes -> notes == 0);
        return log.lines().stream()
                .filter(line -> line.contains(store + " has "))
                .toList();
    }

    private static int notes(UUID store) throws SQLException {
        return LedgerRows.query(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT count(*) FROM credits.low_credit_notices WHERE store_id = ?")) {
                query.setObject(1, store);
                ResultSet row = query.executeQuery();
                row.next();
                return row.getInt(1);
            }
        });
    }

    private static String identity(UUID store) {
        return TestIdentities.store(store, TestIdentities.toldAt(BillingMode.ABSORB_MODE, LIMIT), Optional.empty());
    }

    private static HttpRequest charge(UUID store) {
        return ConcurrentCalls.charge(identity(store), Calls.newId());
    }

    private static void charge(UUID store, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            assertThat(inTurn(charge(store))).containsExactly("charged");
        }
    }

    private static void grant(UUID store, int credits) {
        Calls.grant(store, "grant_" + Calls.newId(), credits, "purchase").then().statusCode(201);
    }

    private static List<String> inTurn(HttpRequest... requests) {
        return ConcurrentCalls.outcomesOfChains(List.of(List.of(requests))).getFirst();
    }
}
