package dev.wearon.credits.charges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerDigest;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Movement;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.identity.Principal;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ChargesResourceTest {

    @Inject
    MeterRegistry metrics;

    private final UUID chargeId = Calls.newId();

    @Test
    void countsChargesAndReleasesByOutcome() {
        UUID storeId = Calls.storeWith(1);
        double charged = metrics.counter("wearon.charges", "outcome", "charged").count();
        double released =
                metrics.counter("wearon.releases", "outcome", "released").count();

        Calls.charge(storeId, chargeId, 1).then().statusCode(200);
        Calls.release(storeId, chargeId).then().statusCode(200);

        assertThat(metrics.counter("wearon.charges", "outcome", "charged").count())
                .isEqualTo(charged + 1);
        assertThat(metrics.counter("wearon.releases", "outcome", "released").count())
                .isEqualTo(released + 1);
    }

    @Nested
    class Returns200 {

        @Test
        void chargingTheStoresPool() throws Exception {
            UUID storeId = Calls.storeWith(10);

            assertThat(Calls.outcome(Calls.charge(storeId, chargeId, 1))).isEqualTo("charged");

            assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(9, 10, 1));
            assertThat(LedgerRows.movements(storeId))
                    .last()
                    .isEqualTo(new Movement("deduction", -1, chargeId, "req_" + chargeId, 9));
        }

        @Test
        void chargingTheMostThatOneChargeMayTake() throws Exception {
            UUID storeId = Calls.storeWith(1000);

            assertThat(Calls.outcome(Calls.charge(storeId, chargeId, 1000))).isEqualTo("charged");

            assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(0, 1000, 1000));
        }

        @Test
        void replayingARepeatedChargeWithoutChargingAgain() throws Exception {
            UUID storeId = Calls.storeWith(1);
            Calls.charge(storeId, chargeId, 1);

            assertThat(Calls.outcome(Calls.charge(storeId, chargeId, 1))).isEqualTo("replayed");

            assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(0, 1, 1));
            assertThat(LedgerRows.movements(storeId)).hasSize(2);
        }

        /** {@code WholeSuiteIT} shows that the merchant gets a 402. */
        @Test
        void writingNoChargeAndNoMovementWithTooFewCredits() throws Exception {
            UUID storeId = Calls.storeWith(2);

            assertThat(Calls.outcome(Calls.charge(storeId, chargeId, 3))).isEqualTo("insufficient");

            assertThat(LedgerRows.chargeStatus(chargeId)).isNull();
            assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(2, 2, 0));
            assertThat(LedgerRows.movements(storeId)).hasSize(1);
            assertThat(Calls.outcome(Calls.charge(storeId, chargeId, 2)))
                    .as("the id is still free")
                    .isEqualTo("charged");
        }

        @Test
        void replayingOnlyForTheSameIssuer() throws Exception {
            UUID storeId = Calls.storeWith(10);
            UUID unnamed = Calls.newId();

            assertThat(Calls.outcome(Calls.chargeOf("b2c", storeId, chargeId, 1)))
                    .isEqualTo("charged");
            assertThat(Calls.outcome(Calls.charge(storeId, unnamed, 1))).isEqualTo("charged");

            assertThat(LedgerRows.issuer(chargeId)).isEqualTo("b2c");
            assertThat(LedgerRows.issuer(unnamed)).isEqualTo("b2b");
            assertThat(Calls.outcome(Calls.chargeOf("b2c", storeId, chargeId, 1)))
                    .isEqualTo("replayed");
            assertThat(Calls.outcome(Calls.chargeOf("b2b", storeId, unnamed, 1)))
                    .isEqualTo("replayed");
            Calls.chargeOf("b2b", storeId, chargeId, 1).then().statusCode(404);
            assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(8, 10, 2));
        }

        @Test
        void ignoringAStoreIdInTheBody() throws Exception {
            UUID storeId = Calls.storeWith(10);
            UUID victim = Calls.storeWith(10);

            Calls.as(TestIdentities.store(storeId))
                    .body(Map.of("charge_id", chargeId, "amount", 1, "request_id", "r", "store_id", victim))
                    .post("/internal/v1/charges")
                    .then()
                    .statusCode(200);

            assertThat(LedgerRows.wallet(victim)).isEqualTo(new Wallet(10, 10, 0));
            assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(9, 10, 1));
        }

        @Test
        void insufficientForANewStore() throws Exception {
            UUID storeId = Calls.newId();

            assertThat(Calls.outcome(Calls.charge(storeId, chargeId, 1))).isEqualTo("insufficient");

            assertThat(LedgerRows.movements(storeId)).isEmpty();
        }

        @Test
        void notChargingThePoolWhenTheShopperPays() throws Exception {
            UUID storeId = Calls.storeWith(10);

            String outcome = Calls.outcome(
                    Calls.as(TestIdentities.store(storeId, Principal.BillingMode.RESELL_MODE, "shopper@example.com"))
                            .body(Map.of("charge_id", chargeId, "amount", 1, "request_id", "req_resell"))
                            .post("/internal/v1/charges"));

            assertThat(outcome).isEqualTo("insufficient");
            assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(10, 10, 0));
        }

        @Test
        void releasingOnce() throws Exception {
            UUID storeId = Calls.storeWith(10);
            Calls.charge(storeId, chargeId, 4);

            assertThat(Calls.outcome(Calls.release(storeId, chargeId))).isEqualTo("released");
            assertThat(Calls.outcome(Calls.release(storeId, chargeId))).isEqualTo("already_released");

            assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(10, 10, 0));
            assertThat(LedgerRows.movements(storeId))
                    .last()
                    .isEqualTo(new Movement("refund", 4, chargeId, "req_" + chargeId, 10));
            assertThat(Calls.outcome(Calls.charge(storeId, chargeId, 4)))
                    .as("a released id is never charged again")
                    .isEqualTo("released");
            LedgerRows.assertAddsUp(storeId);
        }

        @Test
        void neverChargingAnIdThatWasReleasedFirst() throws Exception {
            UUID storeId = Calls.storeWith(10);

            assertThat(Calls.outcome(Calls.release(storeId, chargeId))).isEqualTo("never_charged");
            assertThat(Calls.outcome(Calls.release(storeId, chargeId))).isEqualTo("never_charged");
            assertThat(Calls.outcome(Calls.charge(storeId, chargeId, 1))).isEqualTo("released");
            assertThat(Calls.outcome(Calls.charge(storeId, chargeId, 1))).isEqualTo("released");

            assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(10, 10, 0));
            assertThat(LedgerRows.movements(storeId)).hasSize(1);
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{'charge_id':'%s','request_id':'r'}",
                    "{'charge_id':'%s','request_id':'r','amount':0}",
                    "{'charge_id':'%s','request_id':'r','amount':-1}",
                    "{'charge_id':'%s','request_id':'r','amount':0.5}",
                    "{'charge_id':'%s','request_id':'r','amount':1.0}",
                    "{'charge_id':'%s','request_id':'r','amount':1001}",
                    "{'charge_id':'%s','request_id':'r','amount':4294967297}",
                    "{'charge_id':'%s','request_id':'r','amount':99999999999999999999999}",
                    "{'charge_id':'%s','request_id':'r','amount':1e400}",
                    "{'charge_id':'%s','request_id':'r','amount':'1'}",
                    "{'charge_id':'%s','request_id':'r','amount':'one'}",
                    "{'charge_id':'%s','request_id':'r','amount':true}",
                    "{'charge_id':'%s','request_id':'r','amount':[1]}",
                    "{'charge_id':'%s','request_id':'r','amount':1,'amount':2}",
                    "{'charge_id':'%s','amount':1}",
                    "{'charge_id':'%s','request_id':'r r','amount':1}",
                    "{'charge_id':'%s','request_id':'r','amount':1,'description':'\\u0000'}",
                    "{'charge_id':'1-2-3','request_id':'r','amount':1}",
                    "{'request_id':'r','amount':1}",
                    "{'charge_id':'%s'",
                    "7",
                    ""
                })
        void changingNothing(String body) throws Exception {
            UUID storeId = Calls.storeWith(5);
            Map<String, String> before = LedgerDigest.ofAllTables();

            Calls.as(TestIdentities.store(storeId))
                    .body(body.replace('\'', '"').replace("%s", chargeId.toString()))
                    .post("/internal/v1/charges")
                    .then()
                    .statusCode(400)
                    .body("code", is("VALIDATION_ERROR"));

            assertThat(LedgerDigest.ofAllTables()).isEqualTo(before);
        }

        @Test
        void whenTheIdentityDoesNotNameThePayingShopper() throws Exception {
            UUID storeId = Calls.storeWith(5);
            Map<String, String> before = LedgerDigest.ofAllTables();

            Calls.as(TestIdentities.store(storeId, Principal.BillingMode.RESELL_MODE, null))
                    .body(Map.of("charge_id", chargeId, "amount", 1, "request_id", "r"))
                    .post("/internal/v1/charges")
                    .then()
                    .statusCode(400)
                    .body("code", is("VALIDATION_ERROR"));

            assertThat(LedgerDigest.ofAllTables()).isEqualTo(before);
        }

        @Test
        void forADescriptionThatIsTooLong() {
            UUID storeId = Calls.storeWith(5);

            Calls.as(TestIdentities.service("generation"))
                    .body(Map.of("request_id", "r", "description", "x".repeat(501)))
                    .post("/internal/v1/stores/{store}/charges/{charge}/release", storeId, chargeId)
                    .then()
                    .statusCode(400);
        }
    }

    @Nested
    class Returns404 {

        @Test
        void forAChargeWithAnIdOfAnotherStore() throws Exception {
            UUID owner = Calls.storeWith(10);
            UUID stranger = Calls.storeWith(10);
            Calls.charge(owner, chargeId, 2);

            Calls.charge(stranger, chargeId, 2).then().statusCode(404).body("code", is("NOT_FOUND"));

            assertThat(LedgerRows.wallet(owner)).isEqualTo(new Wallet(8, 10, 2));
            assertThat(LedgerRows.wallet(stranger)).isEqualTo(new Wallet(10, 10, 0));
        }

        @Test
        void forReleasingAChargeOfAnotherStore() throws Exception {
            UUID owner = Calls.storeWith(10);
            UUID stranger = Calls.storeWith(10);
            Calls.charge(owner, chargeId, 2);

            Calls.release(stranger, chargeId).then().statusCode(404).body("code", is("NOT_FOUND"));

            assertThat(LedgerRows.chargeStatus(chargeId)).isEqualTo("charged");
            assertThat(LedgerRows.wallet(owner)).isEqualTo(new Wallet(8, 10, 2));
            assertThat(LedgerRows.wallet(stranger)).isEqualTo(new Wallet(10, 10, 0));
        }
    }

    @Nested
    class Returns422 {

        @Test
        void forAnotherAmountUnderTheSameId() throws Exception {
            UUID storeId = Calls.storeWith(10);
            Calls.charge(storeId, chargeId, 2);

            Calls.charge(storeId, chargeId, 3).then().statusCode(422).body("code", is("IDEMPOTENCY_KEY_REUSED"));

            assertThat(LedgerRows.wallet(storeId)).isEqualTo(new Wallet(8, 10, 2));
        }
    }

    @Nested
    class Returns500 {

        @Test
        void insteadOfAnOutcomeAfterATimeoutOfTheDatabase() throws Exception {
            UUID storeId = Calls.storeWith(10);
            try (Connection other = LedgerRows.connect()) {
                other.setAutoCommit(false);
                other.createStatement().execute("LOCK TABLE credits.charges IN ACCESS EXCLUSIVE MODE");

                Calls.charge(storeId, chargeId, 1).then().statusCode(500).body("code", is("INTERNAL_ERROR"));
                Calls.release(storeId, chargeId).then().statusCode(500).body("code", is("INTERNAL_ERROR"));
                other.rollback();
            }

            assertThat(Calls.outcome(Calls.charge(storeId, chargeId, 1)))
                    .as("the statement was rolled back, not left running")
                    .isEqualTo("charged");
            assertThat(LedgerRows.movements(storeId)).hasSize(2);
        }
    }
}
