package dev.wearon.credits.charges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerDigest;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.credits.charges.PaymentSource.Movement;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each member of a batch gets the answer that it would get alone. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ChargeBatchesTest {

    private static final String SERVICE = TestIdentities.service("generation");

    @Nested
    class Charges {

        @Test
        void shareOneCommit() throws Exception {
            PaymentSource source = PaymentSource.Kind.POOL.of(100);
            List<UUID> ids = newIds(64);

            assertThat(charges(ids.stream()
                            .map(id -> member(source.identity(), id, 1))
                            .toList()))
                    .containsOnly(Map.of("outcome", "charged"));

            List<Movement> movements = source.movements();
            assertThat(movements).extracting(Movement::chargeId).containsExactlyElementsOf(ids);
            assertThat(movements)
                    .extracting(Movement::transaction)
                    .as("transactions")
                    .containsOnly(movements.getFirst().transaction());
            assertThat(source.spentOutOf(100)).isEqualTo(64);
            source.assertLedgerAgrees();
        }

        @Test
        void ofEveryKindOfPayerGetTheirOutcome() throws Exception {
            PaymentSource pool = PaymentSource.Kind.POOL.of(3);
            PaymentSource shopper = PaymentSource.Kind.SHOPPER.of(1);
            PaymentSource overage = PaymentSource.Kind.OVERAGE.of(1);
            UUID twice = Calls.newId();
            UUID known = Calls.newId();
            Calls.charge(pool.storeId(), known, 1).then().statusCode(200);
            UUID released = Calls.newId();
            Calls.release(pool.storeId(), released).then().statusCode(200);

            List<Map<String, String>> answers = charges(List.of(
                    member(pool.identity(), twice, 1),
                    member(pool.identity(), twice, 1),
                    member(pool.identity(), twice, 2),
                    member(pool.identity(), known, 1),
                    member(pool.identity(), released, 1),
                    member(shopper.identity(), Calls.newId(), 1),
                    member(shopper.identity(), Calls.newId(), 1),
                    member(overage.identity(), Calls.newId(), 1),
                    member(overage.identity(), Calls.newId(), 1),
                    member(TestIdentities.store(Calls.newId()), Calls.newId(), 1),
                    member(shopper.identity(), known, 1),
                    member(pool.identity(), Calls.newId(), 1)));

            assertThat(answers.stream().map(answer -> answer.getOrDefault("outcome", answer.get("code"))))
                    .containsExactly(
                            "charged",
                            "replayed",
                            "IDEMPOTENCY_KEY_REUSED",
                            "replayed",
                            "released",
                            "charged",
                            "insufficient",
                            "charged",
                            "insufficient",
                            "insufficient",
                            "NOT_FOUND",
                            "charged");
            assertThat(pool.spentOutOf(3)).isEqualTo(3);
            assertThat(shopper.spentOutOf(1)).isEqualTo(1);
            assertThat(overage.spentOutOf(1)).isEqualTo(1);
            for (PaymentSource source : List.of(pool, shopper, overage)) {
                source.assertLedgerAgrees();
            }
        }

        @Test
        void areAnsweredLikeTheSameRequestsAlone() {
            UUID store = Calls.storeWith(10);
            String identity = TestIdentities.store(store);
            List<Map<String, Object>> refused = new ArrayList<>();
            refused.add(member(TestIdentities.storeFor(store, Duration.ofMinutes(-10)), Calls.newId(), 1));
            refused.add(member(TestIdentities.storeForgedBy("generation", store), Calls.newId(), 1));
            refused.add(member(TestIdentities.service("gateway"), Calls.newId(), 1));
            refused.add(member(TestIdentities.store(store, BillingMode.RESELL_MODE, null), Calls.newId(), 1));
            refused.add(member(identity, Calls.newId(), 0));
            refused.add(member(identity, Calls.newId(), 1001));
            for (Map<String, ?> field : List.of(
                    Map.of("issuer", "B2B"),
                    Map.of("request_id", "r r"),
                    Map.of("request_id", "r".repeat(256), "issuer", ""),
                    Map.of("description", "x".repeat(501)),
                    Map.of("description", "\0", "amount", -1),
                    Collections.singletonMap("charge_id", null),
                    Collections.singletonMap("request_id", null))) {
                Map<String, Object> member = member(identity, Calls.newId(), 1);
                member.putAll(field);
                refused.add(member);
            }

            List<Map<String, String>> answers = charges(refused);

            for (int i = 0; i < refused.size(); i++) {
                assertThat(answers.get(i)).as("%s", refused.get(i).keySet()).isEqualTo(alone(refused.get(i)));
            }
            assertThat(answers).extracting(answer -> answer.get("code")).startsWith("INVALID_API_KEY");
            assertThat(answers.getLast().get("message"))
                    .isEqualTo("request_id must be 1 to 255 visible ASCII characters.");
        }

        @Test
        void surviveMembersThatCannotBeRead() throws Exception {
            UUID store = Calls.storeWith(50);
            List<Object> members = new ArrayList<>();
            for (UUID id : newIds(49)) {
                members.add(member(TestIdentities.store(store), id, 1));
            }
            Map<String, Object> text = member(TestIdentities.store(store), Calls.newId(), 1);
            text.put("amount", "one");
            Map<String, Object> noId = member(TestIdentities.store(store), Calls.newId(), 1);
            noId.put("charge_id", "1-2-3");
            members.addAll(Arrays.asList(text, noId, 7, null, List.of()));

            List<Map<String, String>> answers = charges(members);

            assertThat(answers.subList(0, 49)).containsOnly(Map.of("outcome", "charged"));
            assertThat(answers.subList(49, 54))
                    .extracting(answer -> answer.get("code"))
                    .containsOnly("VALIDATION_ERROR");
            assertThat(answers.get(49).get("message"))
                    .startsWith("amount does not have a value that this endpoint expects");
            assertThat(answers.get(50).get("message")).startsWith("charge_id does not have a value");
            assertThat(answers.get(52).get("message")).isEqualTo("The request must not be null.");
            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(1, 50, 49));
        }

        @Test
        void mayAllHaveLongTexts() {
            UUID store = Calls.storeWith(100);
            List<Map<String, Object>> members = new ArrayList<>();
            for (UUID id : newIds(64)) {
                Map<String, Object> member = member(TestIdentities.store(store), id, 1);
                member.put("description", "\u20ac".repeat(500));
                member.put("request_id", "r".repeat(255));
                members.add(member);
            }

            assertThat(charges(members)).containsOnly(Map.of("outcome", "charged"));
            Calls.as(TestIdentities.store(store))
                    .get("/api/v1/credits/transactions?limit=64")
                    .then()
                    .statusCode(200)
                    .body("transactions.description", everyItem(is("\u20ac".repeat(500))));
        }

        @Test
        void haveAnUnknownOutcomeAfterATimeoutOfTheDatabase() throws Exception {
            UUID store = Calls.storeWith(10);
            List<Map<String, Object>> members = newIds(2).stream()
                    .map(id -> member(TestIdentities.store(store), id, 1))
                    .toList();
            try (Connection other = LedgerRows.connect()) {
                other.setAutoCommit(false);
                other.createStatement().execute("LOCK TABLE credits.charges IN ACCESS EXCLUSIVE MODE");

                assertThat(charges(members))
                        .extracting(answer -> answer.get("code"))
                        .containsOnly("INTERNAL_ERROR");
                other.rollback();
            }

            assertThat(charges(members)).containsOnly(Map.of("outcome", "charged"));
        }
    }

    @Nested
    class Releases {

        @Test
        void ofEveryKindGetTheirOutcome() throws Exception {
            PaymentSource pool = PaymentSource.Kind.POOL.of(3);
            PaymentSource shopper = PaymentSource.Kind.SHOPPER.of(1);
            PaymentSource overage = PaymentSource.Kind.OVERAGE.of(1);
            UUID fromPool = Calls.newId();
            UUID fromShopper = Calls.newId();
            UUID asOverage = Calls.newId();
            UUID never = Calls.newId();
            assertThat(charges(List.of(
                            member(pool.identity(), fromPool, 1),
                            member(shopper.identity(), fromShopper, 1),
                            member(overage.identity(), asOverage, 1))))
                    .containsOnly(Map.of("outcome", "charged"));
            Map<String, Object> invalid = release(pool.storeId(), fromPool);
            invalid.put("request_id", "r r");

            List<Map<String, String>> answers = releases(List.of(
                    release(pool.storeId(), fromPool),
                    release(pool.storeId(), fromPool),
                    release(shopper.storeId(), fromShopper),
                    release(overage.storeId(), asOverage),
                    release(pool.storeId(), never),
                    release(pool.storeId(), never),
                    release(shopper.storeId(), fromPool),
                    invalid,
                    release(null, null)));

            assertThat(answers.stream().map(answer -> answer.getOrDefault("outcome", answer.get("code"))))
                    .containsExactly(
                            "released",
                            "already_released",
                            "released",
                            "released",
                            "never_charged",
                            "never_charged",
                            "NOT_FOUND",
                            "VALIDATION_ERROR",
                            "VALIDATION_ERROR");
            assertThat(answers.getLast().get("message"))
                    .isEqualTo("charge_id must not be null; store_id must not be null.");
            assertThat(pool.spentOutOf(3)).isZero();
            assertThat(shopper.spentOutOf(1)).isZero();
            assertThat(overage.spentOutOf(1)).isZero();
            for (PaymentSource source : List.of(pool, shopper, overage)) {
                source.assertLedgerAgrees();
            }
        }
    }

    @Nested
    class Bodies {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "null",
                    "7",
                    "[]",
                    "{}",
                    "{'charges':7}",
                    "{'charges':[]}",
                    "{'releases':[{}]}",
                    "{'charges':[{}"
                })
        void withoutAListOfMembersAreRefused(String body) throws Exception {
            Map<String, String> before = LedgerDigest.ofAllTables();

            Calls.as(SERVICE)
                    .body(body.replace('\'', '"'))
                    .post("/internal/v1/charges/batch")
                    .then()
                    .statusCode(400)
                    .body("code", is("VALIDATION_ERROR"));

            assertThat(LedgerDigest.ofAllTables()).isEqualTo(before);
        }

        @Test
        void withMoreThan64MembersAreRefused() throws Exception {
            UUID store = Calls.storeWith(100);
            Map<String, String> before = LedgerDigest.ofAllTables();

            post(
                            "charges",
                            newIds(65).stream()
                                    .map(id -> member(TestIdentities.store(store), id, 1))
                                    .toList())
                    .then()
                    .statusCode(400)
                    .body("message", is("charges must be a list of 1 to 64 members."));
            post("releases", newIds(65).stream().map(id -> release(store, id)).toList())
                    .then()
                    .statusCode(400)
                    .body("message", is("releases must be a list of 1 to 64 members."));

            assertThat(LedgerDigest.ofAllTables()).isEqualTo(before);
        }
    }

    private static List<UUID> newIds(int count) {
        return IntStream.range(0, count).mapToObj(i -> Calls.newId()).toList();
    }

    private static Map<String, Object> member(String identity, UUID chargeId, int amount) {
        return new HashMap<>(
                Map.of("identity", identity, "charge_id", chargeId, "amount", amount, "request_id", "req_" + chargeId));
    }

    private static Map<String, Object> release(UUID storeId, UUID chargeId) {
        Map<String, Object> member = new HashMap<>();
        member.put("store_id", storeId);
        member.put("charge_id", chargeId);
        member.put("request_id", "req_" + chargeId);
        return member;
    }

    private static List<Map<String, String>> charges(List<?> members) {
        return post("charges", members).then().statusCode(200).extract().path("answers");
    }

    private static List<Map<String, String>> releases(List<?> members) {
        return post("releases", members).then().statusCode(200).extract().path("answers");
    }

    private static Response post(String list, List<?> members) {
        return Calls.as(SERVICE).body(Map.of(list, members)).post("/internal/v1/{list}/batch", list);
    }

    /** Returns the body of the response to the member as a request of its own. */
    private static Map<String, String> alone(Map<String, Object> member) {
        Map<String, Object> body = new HashMap<>(member);
        String identity = (String) body.remove("identity");
        return Calls.as(identity)
                .body(body)
                .post("/internal/v1/charges")
                .jsonPath()
                .getMap("");
    }
}
