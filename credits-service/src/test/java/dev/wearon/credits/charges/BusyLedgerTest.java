package dev.wearon.credits.charges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** At most two requests may wait for a commit. */
@QuarkusTest
@TestProfile(BusyLedgerTest.TwoMayWait.class)
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
@Tag("thorough")
class BusyLedgerTest {

    public static final class TwoMayWait implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("wearon.ledger.max-waiting", "2");
        }
    }

    /** The members of a batch arrive in the same tick, so a commit starts after all of them. */
    @Test
    void refusesOnlyTheMembersThatFindNoPlace() {
        UUID store = Calls.storeWith(10);
        List<Map<String, Object>> members = Stream.generate(Calls::newId)
                .limit(3)
                .<Map<String, Object>>map(id -> Map.of(
                        "identity", TestIdentities.store(store), "charge_id", id, "amount", 1, "request_id", "r"))
                .toList();

        List<Map<String, String>> answers = Calls.as(TestIdentities.service("generation"))
                .body(Map.of("charges", members))
                .post("/internal/v1/charges/batch")
                .then()
                .statusCode(200)
                .extract()
                .path("answers");

        assertThat(answers.subList(0, 2)).containsOnly(Map.of("outcome", "charged"));
        assertThat(answers.get(2)).containsEntry("code", "SERVICE_UNAVAILABLE");
        assertThat(Calls.outcome(Calls.charge(store, (UUID) members.get(2).get("charge_id"), 1)))
                .as("it changed nothing")
                .isEqualTo("charged");
    }
}
