package dev.wearon.credits.notices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class NoticesTest {

    @Inject
    OldNotices oldNotices;

    @BeforeEach
    void forgetOthers() throws SQLException {
        sql("DELETE FROM credits.notices");
    }

    @Test
    void tellPurchasesAndSubscriptionsOnce() {
        UUID store = Calls.storeWith(5);
        Response second = Calls.grant(store, "second", 7, "subscription");
        Calls.grant(store, "second", 7, "subscription").then().statusCode(201);
        Calls.charge(store, Calls.newId(), 1).then().statusCode(200);

        List<Map<String, Object>> notices = pulled();

        assertThat(notices).hasSize(2);
        Map<String, Object> notice = notices.getLast();
        String id = second.path("transaction_id");
        assertThat(notice)
                .containsOnlyKeys("id", "store_id", "type", "occurred_at", "data")
                .contains(entry("id", id), entry("store_id", store.toString()), entry("type", "credits.purchased"));
        assertThat(Instant.parse(notice.get("occurred_at").toString()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
        assertThat(data(notice))
                .containsOnlyKeys("transaction_id", "credits", "kind", "balance", "version")
                .contains(
                        entry("transaction_id", id),
                        entry("credits", 7),
                        entry("kind", "subscription"),
                        entry("balance", 12));
        assertThat(version(notice)).isGreaterThan(version(notices.getFirst()));
    }

    @Test
    void tellLowCreditsInTheTransactionOfTheCharge() {
        UUID store = Calls.storeWith(2);
        UUID charge = Calls.newId();
        Calls.as(TestIdentities.store(store, TestIdentities.toldAt(BillingMode.ABSORB_MODE, 1), Optional.empty()))
                .body(Map.of("charge_id", charge, "amount", 1, "request_id", "r"))
                .post("/internal/v1/charges")
                .then()
                .statusCode(200);

        List<Map<String, Object>> notices = pulled();

        assertThat(notices)
                .extracting(notice -> notice.get("type"))
                .containsExactly("credits.purchased", "credits.low");
        Map<String, Object> low = notices.getLast();
        assertThat(low).contains(entry("store_id", store.toString()));
        assertThat(data(low))
                .containsOnlyKeys("balance", "low_credits_at", "version")
                .contains(entry("balance", 1), entry("low_credits_at", 1));
        assertThat(version(low)).isGreaterThan(version(notices.getFirst()));
    }

    @Test
    void areReturnedUntilTheyAreAcknowledged() {
        Calls.storeWith(1);
        Object id = pulled().getFirst().get("id");

        assertThat(pulled()).hasSize(1);
        assertThat(acknowledged(List.of(id, UUID.randomUUID()))).isEqualTo(1);
        assertThat(acknowledged(List.of(id))).isZero();
        assertThat(pulled()).isEmpty();
    }

    @Test
    void areDeletedAfterAWeekWithoutAGateway() throws SQLException {
        Calls.storeWith(1);
        sql("UPDATE credits.notices SET occurred_at = now() - interval '8 days'");
        UUID young = Calls.storeWith(1);

        oldNotices.runOnce().await().atMost(Duration.ofSeconds(10));

        assertThat(pulled())
                .singleElement()
                .extracting(notice -> notice.get("store_id"))
                .isEqualTo(young.toString());
    }

    @Test
    void areForServicesOnly() {
        String store = TestIdentities.store(UUID.randomUUID());
        post(store, "pull", Map.of()).then().statusCode(404);
        post(store, "acknowledge", Map.of("ids", List.of(UUID.randomUUID())))
                .then()
                .statusCode(404);
    }

    @Test
    void refuseAnAcknowledgementOfNothingOrTooMuch() {
        List<UUID> many = Stream.generate(UUID::randomUUID).limit(501).toList();
        for (Object ids : List.of(List.of(), many, List.of("no id"))) {
            post(TestIdentities.service("gateway"), "acknowledge", Map.of("ids", ids))
                    .then()
                    .statusCode(400);
        }
    }

    private static Response post(String identity, String path, Object body) {
        return Calls.as(identity).body(body).post("/internal/v1/notices/" + path);
    }

    private static List<Map<String, Object>> pulled() {
        return post(TestIdentities.service("gateway"), "pull", Map.of())
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("notices");
    }

    private static int acknowledged(List<?> ids) {
        return post(TestIdentities.service("gateway"), "acknowledge", Map.of("ids", ids))
                .then()
                .statusCode(200)
                .extract()
                .path("deleted");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> data(Map<String, Object> notice) {
        return (Map<String, Object>) notice.get("data");
    }

    private static long version(Map<String, Object> notice) {
        return ((Number) data(notice).get("version")).longValue();
    }

    private static void sql(String statement) throws SQLException {
        LedgerRows.query(connection -> {
            try (Statement run = connection.createStatement()) {
                return run.executeUpdate(statement);
            }
        });
    }
}
