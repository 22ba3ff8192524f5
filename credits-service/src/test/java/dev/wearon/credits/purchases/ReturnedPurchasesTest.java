package dev.wearon.credits.purchases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.credits.ShopperRows;
import dev.wearon.credits.ShopperRows.Movement;
import dev.wearon.credits.ShopperRows.Names;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ReturnedPurchasesTest {

    private static final String ANN = "ann@shop.example";

    @Inject
    PendingPurchases job;

    private UUID store;

    @BeforeEach
    void tenCredits() {
        store = Calls.storeWith(10);
    }

    @AfterEach
    void addsUp() throws Exception {
        ShopperRows.assertAddsUp(store);
        assertThat(LedgerRows.<String>query(connection -> {
                    try (var query = connection.prepareStatement(
                            "SELECT string_agg(field, ', ') FROM credits.disagreements WHERE store_id = ?")) {
                        query.setObject(1, store);
                        ResultSet row = query.executeQuery();
                        row.next();
                        return row.getString(1);
                    }
                }))
                .as("disagreements")
                .isNull();
    }

    @Nested
    class BeforeTheGrant {

        @Test
        void whatIsGivenBackIsNotGranted() throws Exception {
            Orders.report(store, "1001", 3, Map.of("shopper_email", ANN, "returned", 1))
                    .then()
                    .statusCode(200)
                    .body("outcome", is("processed"), "status", is("completed"), "credits", is(3))
                    .body("granted", is(2), "returned", is(1), "clawed_back", is(0), "shortfall", is(0));

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(2, 2, 0)));
            // The return that was not granted is not clawed back again.
            Orders.giveBack(store, "1001", 3, 1).then().body("outcome", is("duplicate"), "clawed_back", is(0));
        }

        /** As the functions of the version before clawbacks do, which a process of that version may have put back. */
        @Test
        void theDatabaseRefusesToGrantIt() throws Exception {
            Orders.report(store, "1001", 12, Map.of("shopper_email", ANN, "returned", 3))
                    .then()
                    .body("outcome", is("processed"));
            Orders.report(store, "1002", 12, Map.of("shopper_email", ANN, "returned", 3))
                    .then()
                    .body("outcome", is("pending"));

            assertThatThrownBy(() -> LedgerRows.query(connection -> connection
                            .createStatement()
                            .executeUpdate(
                                    "UPDATE credits.store_shopper_purchases SET status = 'completed', completed_at = now()"
                                            + " WHERE store_id = '" + store + "' AND status = 'pending'")))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("goes forward only");
        }

        @Test
        void aPendingPurchaseThatIsGivenBackNeverCompletes() throws Exception {
            Orders.buy(store, ANN, "1001", 12).then().body("outcome", is("pending"));

            answers(Orders.giveBack(store, "1001", 12, 12), "returned", "returned", 0, 0);
            Calls.grant(store, "top-up", 20, "purchase").then().statusCode(201);
            job.runOnce().await().atMost(Duration.ofSeconds(30));

            assertThat(LedgerRows.wallet(store).balance()).isEqualTo(30);
            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(0, 0, 0)));
            answers(Orders.buy(store, ANN, "1001", 12), "duplicate", "returned", 0, 0);
        }

        @Test
        void aPendingPurchaseOfWhichAPartIsGivenBackMayFit() throws Exception {
            Orders.buy(store, ANN, "1001", 12).then().body("outcome", is("pending"));

            Orders.giveBack(store, "1001", 12, 3)
                    .then()
                    .body("outcome", is("processed"), "granted", is(9), "returned", is(3));

            assertThat(LedgerRows.wallet(store).balance()).isEqualTo(1);
        }

        @Test
        void anOrderThatIsFirstHeardOfWhenAllIsGivenBackGrantsNothing() throws Exception {
            answers(
                    Orders.report(store, "1001", 3, Map.of("shopper_email", ANN, "returned", 3)),
                    "returned",
                    "returned",
                    0,
                    0);

            assertThat(LedgerRows.movements(store)).hasSize(1);
        }
    }

    @Nested
    class AfterTheGrant {

        @Test
        void theUnspentCreditsGoBackToThePoolInBothLedgers() throws Exception {
            UUID purchase = UUID.fromString(Orders.buy(store, ANN, "1001", 3).path("purchase_id"));

            answers(Orders.giveBack(store, "1001", 3, 2), "returned", "completed", 2, 0);

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(9, 10, 1));
            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(1, 1, 0)));
            assertThat(ShopperRows.movements(store))
                    .containsExactly(
                            new Movement("purchase", 3, purchase, "req_1001", 3),
                            new Movement("clawback", -2, purchase, "req_1001", 1));
            assertThat(ShopperRows.poolMovements(store))
                    .containsExactly(
                            new Movement("deduction", -3, purchase, "req_1001", 7),
                            new Movement("clawback", 2, purchase, "req_1001", 9));
            Calls.as(TestIdentities.service("gateway"))
                    .get("/internal/v1/stores/{store}/transactions", store)
                    .then()
                    .body("transactions.type", contains("clawback", "deduction", "purchase"))
                    .body("transactions[0].delta", is(2));
        }

        @Test
        void aRepeatAndASmallerNumberChangeNothing() throws Exception {
            Orders.buy(store, ANN, "1001", 3);
            Orders.giveBack(store, "1001", 3, 2);
            for (int returned : List.of(2, 1, 0)) {
                answers(Orders.giveBack(store, "1001", 3, returned), "duplicate", "completed", 2, 0);
            }
            answers(Orders.giveBack(store, "1001", 3, 3), "returned", "completed", 3, 0);

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(0, 0, 0)));
        }

        @Test
        void whatIsSpentIsAShortfallAndTheBalanceIsNeverNegative() throws Exception {
            Orders.buy(store, ANN, "1001", 3);
            charge();
            charge();

            answers(Orders.giveBack(store, "1001", 3, 3), "returned", "completed", 1, 2);

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(0, 2, 2)));
            report("shortfall", 2);
            report("clawed_back", 1);
        }

        @Test
        void aReleaseIsClawedFirstAndNamedInTheReceipt() throws Exception {
            Orders.buy(store, ANN, "1001", 2);
            UUID first = charge();
            UUID second = charge();
            Orders.giveBack(store, "1001", 2, 1).then().body("shortfall", is(1));

            Calls.release(store, first).then().body("outcome", is("released"));

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(0, 1, 1)));
            answers(Orders.giveBack(store, "1001", 2, 1), "duplicate", "completed", 1, 0);
            receipt(first)
                    .then()
                    .body("movements.type", contains("deduction", "refund", "clawback"))
                    .body("movements[2].amount", is(-1))
                    .body("movements[2].request_id", is("req_" + first));

            // Nothing is owed any more.
            Calls.release(store, second);
            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(1, 1, 0)));
            receipt(second).then().body("movements.type", contains("deduction", "refund"));
        }

        @Test
        void aReleaseOfAChargeThatTwoPurchasesPaidIsClawedForBoth() throws Exception {
            Orders.buy(store, ANN, "1001", 1);
            Orders.buy(store, ANN, "1002", 1);
            UUID both = charge(2);
            Orders.giveBack(store, "1001", 1, 1).then().body("shortfall", is(1));
            Orders.giveBack(store, "1002", 1, 1).then().body("shortfall", is(1));

            Calls.release(store, both);

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(0, 0, 0)));
            receipt(both).then().body("movements.type", contains("deduction", "refund", "clawback", "clawback"));
        }

        /** A process of the version before releases without settling, so a release may find credits that are unspent and owed. */
        @Test
        void aReleaseAlsoClawsWhatWasUnspentBefore() throws Exception {
            Orders.buy(store, ANN, "1001", 2);
            UUID spent = charge();
            LedgerRows.query(connection -> {
                try (var update = connection.prepareStatement(
                        "UPDATE credits.store_shopper_purchases SET returned = 2 WHERE store_id = ?")) {
                    update.setObject(1, store);
                    return update.executeUpdate();
                }
            });

            Calls.release(store, spent).then().statusCode(200).body("outcome", is("released"));

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(0, 0, 0)));
            receipt(spent).then().body("movements.type", contains("deduction", "refund", "clawback"));
            assertThat(ShopperRows.movements(store))
                    .extracting(Movement::requestId)
                    .containsExactly("req_1001", "req_" + spent, "req_" + spent, "req_" + spent, "req_1001");
        }

        @Test
        void laterPurchasesAreNeverTouched() throws Exception {
            Orders.buy(store, ANN, "1001", 2);
            UUID spent = charge(2);
            Orders.buy(store, ANN, "1002", 3);

            answers(Orders.giveBack(store, "1001", 2, 2), "returned", "completed", 0, 2);
            assertThat(ShopperRows.wallets(store).get(ANN).balance()).isEqualTo(3);

            // This charge is paid by the second purchase, so its release owes nothing to the first.
            Calls.release(store, charge());
            assertThat(ShopperRows.wallets(store).get(ANN).balance()).isEqualTo(3);
            Calls.release(store, spent);
            assertThat(ShopperRows.wallets(store).get(ANN).balance()).isEqualTo(3);
            report("shortfall", 0);
        }

        @Test
        void theOldestCreditsAreSpentFirst() throws Exception {
            Orders.buy(store, ANN, "1001", 2);
            Orders.buy(store, ANN, "1002", 2);
            charge();

            answers(Orders.giveBack(store, "1002", 2, 2), "returned", "completed", 2, 0);
            answers(Orders.giveBack(store, "1001", 2, 2), "returned", "completed", 1, 1);
        }

        @Test
        void theRoomInThePoolCompletesAPendingPurchase() throws Exception {
            Orders.buy(store, ANN, "1001", 10);
            Orders.buy(store, "bob@shop.example", "1002", 4).then().body("outcome", is("pending"));

            Orders.giveBack(store, "1001", 10, 5);
            job.runOnce().await().atMost(Duration.ofSeconds(30));

            assertThat(ShopperRows.orders(store, "completed")).containsExactly("1001", "1002");
        }
    }

    @Nested
    class Unclaimed {

        @Test
        void untilACallNamesTheShopper() throws Exception {
            answers(Orders.report(store, "1001", 3, Map.of()), "unclaimed", "unclaimed", 0, 0);
            answers(Orders.report(store, "1001", 3, Map.of()), "duplicate", "unclaimed", 0, 0);
            assertThat(LedgerRows.wallet(store).balance()).isEqualTo(10);
            report("unclaimed", 3);

            Orders.report(store, "1001", 3, Map.of("shopper_ref", "shopify:7001"))
                    .then()
                    .body("outcome", is("processed"), "granted", is(3));

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of("ref:shopify:7001", new Wallet(3, 3, 0)));
            report("unclaimed", 0);
            answers(Orders.report(store, "1001", 3, Map.of()), "duplicate", "completed", 0, 0);
            Orders.buy(store, ANN, "1001", 3).then().statusCode(422).body("code", is("IDEMPOTENCY_KEY_REUSED"));
        }

        @Test
        void andPendingWhenItIsClaimedButThePoolIsTooSmall() throws Exception {
            Orders.report(store, "1001", 11, Map.of()).then().body("outcome", is("unclaimed"));

            answers(Orders.buy(store, ANN, "1001", 11), "pending", "pending", 0, 0);
            Calls.grant(store, "top-up", 1, "purchase").then().statusCode(201);

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(11, 11, 0)));
        }

        @Test
        void isFinalWhenAllIsGivenBack() throws Exception {
            Orders.report(store, "1001", 3, Map.of());
            answers(Orders.giveBack(store, "1001", 3, 3), "returned", "returned", 0, 0);

            answers(Orders.buy(store, ANN, "1001", 3), "duplicate", "returned", 0, 0);

            assertThat(ShopperRows.wallets(store)).isEmpty();
        }
    }

    @Nested
    class Named {

        @Test
        void byBothNamesJoinsTheWalletOfTheAddress() throws Exception {
            Orders.buy(store, ANN, "1001", 2);

            Orders.report(store, "1002", 3, Map.of("shopper_email", ANN, "shopper_ref", "shopify:7001"))
                    .then()
                    .body("outcome", is("processed"));
            Orders.report(store, "1003", 1, Map.of("shopper_ref", "shopify:7001"))
                    .then()
                    .body("outcome", is("processed"));

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(6, 6, 0)));
        }

        /** So charges by the address find the credits. */
        @Test
        void byAnAddressThatHasJoinedAWalletGetsTheCreditsThere() throws Exception {
            Orders.report(store, "1001", 2, Map.of("shopper_ref", "shopify:7001"));
            ShopperRows.identify(store, ANN, "shopify:7001");

            Orders.report(store, "1002", 3, Map.of("shopper_email", ANN)).then().body("outcome", is("processed"));
            Orders.report(store, "1002", 3, Map.of("shopper_email", ANN)).then().body("outcome", is("duplicate"));
            charge(5);

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of("ref:shopify:7001", new Wallet(0, 5, 5)));
        }

        /** Otherwise a caller could name a shopper whose names were deleted, or take such a name before. */
        @Test
        void neverByAPseudonymThatNoDeletionHasGiven() throws Exception {
            Orders.report(store, "1001", 2, Map.of("shopper_ref", "redacted:" + new UUID(1, 2)))
                    .then()
                    .statusCode(400);

            assertThat(ShopperRows.shoppers(store)).isEmpty();
        }

        @Test
        void byAReferenceThatIsRefusedIsNotRemembered() throws Exception {
            Orders.buy(store, ANN, "1001", 2);

            Orders.report(store, "1001", 2, Map.of("shopper_ref", "shopify:7001"))
                    .then()
                    .statusCode(422);

            assertThat(ShopperRows.shoppers(store)).containsExactly(new Names(ANN, null, ANN));
        }
    }

    @Nested
    class AtTheSameTime {

        @RepeatedTest(2)
        void twentyEqualCallsGrantOnce() throws Exception {
            Map<String, Object> body = Map.of("shopper_email", ANN, "shopper_ref", "shopify:7001", "returned", 1);

            List<String> outcomes = Calls.runTogether(
                    Collections.nCopies(20, () -> Calls.outcome(Orders.report(store, "1001", 3, body))));

            assertThat(outcomes).containsOnlyOnce("processed").containsOnly("processed", "duplicate");
            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of("ref:shopify:7001", new Wallet(2, 2, 0)));
        }

        /** All paths lock in one order, so none of them deadlocks, and no shortfall is left while credits are unspent. */
        @RepeatedTest(3)
        void clawbacksChargesAndReleasesOfOneWallet() throws Exception {
            Calls.grant(store, "more", 90, "purchase").then().statusCode(201);
            IntStream.range(0, 10).forEach(i -> Orders.buy(store, ANN, "o" + i, 4));
            List<UUID> charges = IntStream.range(0, 20).mapToObj(i -> charge()).toList();
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String order = "o" + i;
                calls.add(() -> Orders.giveBack(store, order, 4, 2).statusCode());
                calls.add(() -> Orders.giveBack(store, order, 4, 4).statusCode());
                calls.add(() -> tryCharge(Calls.newId(), 1).statusCode());
            }
            charges.forEach(
                    charge -> calls.add(() -> Calls.release(store, charge).statusCode()));
            Collections.shuffle(calls);

            assertThat(Calls.runTogether(calls)).containsOnly(200);
        }
    }

    private static void answers(Response answer, String outcome, String status, int clawedBack, int shortfall) {
        answer.then()
                .statusCode(200)
                .body("outcome", is(outcome), "status", is(status))
                .body("clawed_back", is(clawedBack), "shortfall", is(shortfall));
    }

    private UUID charge() {
        return charge(1);
    }

    private UUID charge(int amount) {
        UUID id = Calls.newId();
        assertThat(Calls.outcome(tryCharge(id, amount))).isEqualTo("charged");
        return id;
    }

    private Response tryCharge(UUID id, int amount) {
        return Calls.as(TestIdentities.store(store, BillingMode.RESELL_MODE, ANN))
                .body(Map.of("charge_id", id, "amount", amount, "request_id", "req_" + id))
                .post("/internal/v1/charges");
    }

    private Response receipt(UUID charge) {
        return Calls.as(TestIdentities.service("generation"))
                .get("/internal/v1/stores/{store}/charges/{charge}", store, charge);
    }

    private void report(String sum, int credits) {
        UUID before = new UUID(store.getMostSignificantBits(), store.getLeastSignificantBits() - 1);
        Calls.as(TestIdentities.service("gateway"))
                .queryParams(Map.of("after", before, "limit", 1))
                .get("/internal/v1/ledger/trial-balance")
                .then()
                .statusCode(200)
                .body("stores[0].store_id", is(store.toString()))
                .body("stores[0]." + sum, is(credits))
                .body("stores[0].differences.values()", everyItem(is(0)));
    }
}
