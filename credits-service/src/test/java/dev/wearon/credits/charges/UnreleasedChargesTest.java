package dev.wearon.credits.charges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A reconciler reads each unreleased charge exactly once. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class UnreleasedChargesTest {

    @Inject
    Charges charges;

    @Test
    void areListedByPages() {
        Instant start = Instant.now().minusSeconds(1);
        UUID store = Calls.storeWith(10);
        List<UUID> unreleased = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            UUID id = Calls.newId();
            Calls.charge(store, id, 1).then().statusCode(200);
            unreleased.add(id);
        }
        UUID released = Calls.newId();
        Calls.charge(store, released, 1).then().statusCode(200);
        Calls.release(store, released).then().statusCode(200);

        List<UUID> read = new ArrayList<>();
        String from = start.toString();
        String after = null;
        JsonPath page;
        do {
            page = page(from, after);
            for (int i = 0; i < page.getList("charges").size(); i++) {
                from = page.getString("charges[%d].created_at".formatted(i));
                after = page.getString("charges[%d].charge_id".formatted(i));
                if (page.getUUID("charges[%d].store_id".formatted(i)).equals(store)) {
                    read.add(UUID.fromString(after));
                }
            }
        } while (page.getList("charges").size() == 2);
        assertThat(read).isEqualTo(unreleased);
    }

    /** It charges a store that has no wallet yet: only the rollback keeps the ledger as it was. */
    @Test
    void doNotComeFromTheWarmUp() throws Exception {
        long before = walletsAndCharges();
        charges.warmUp().await().atMost(Duration.ofSeconds(10));
        assertThat(walletsAndCharges()).isEqualTo(before);
    }

    private static long walletsAndCharges() throws SQLException {
        try (Connection connection = LedgerRows.connect();
                PreparedStatement query = connection.prepareStatement("""
                        SELECT (SELECT count(*) FROM credits.store_credits) + (SELECT count(*) FROM credits.charges)
                        """)) {
            ResultSet row = query.executeQuery();
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void areListedOnlyToTheirIssuer() throws Exception {
        UUID store = Calls.storeWith(10);
        UUID b2b = Calls.newId();
        Calls.charge(store, b2b, 1).then().statusCode(200);
        UUID b2c = Calls.newId();
        Calls.chargeOf("b2c", store, b2c, 1).then().statusCode(200);
        LedgerRows.deduct(store, 1, "correction-1");

        assertThat(listed(store, null)).containsExactly(b2b);
        assertThat(listed(store, "b2b")).containsExactly(b2b);
        assertThat(listed(store, "b2c")).containsExactly(b2c);
        assertThat(listed(store, "another")).isEmpty();
    }

    /** The cost of a page must not grow with the charges of other issuers or with later charges. */
    @Test
    void areReadFromAnOrderedIndex() throws Exception {
        assertThat(LedgerRows.planByIndex("""
                        SELECT id, store_id, created_at FROM credits.charges
                         WHERE issuer = 'b2b' AND status = 'charged' AND created_at < now()
                           AND (created_at, id) > (now(), '00000000-0000-0000-0000-000000000000')
                         ORDER BY created_at, id LIMIT 500
                        """))
                .contains("Index Scan using idx_charges_issuer_created_at")
                .doesNotContain("Sort");
    }

    @Test
    void areRefusedToStoresAndForInvalidParameters() {
        UUID store = Calls.storeWith(1);
        Calls.as(TestIdentities.store(store)).get("/internal/v1/charges").then().statusCode(404);
        Calls.as(TestIdentities.service("generation"))
                .get("/internal/v1/charges")
                .then()
                .statusCode(400);
        Calls.as(TestIdentities.service("generation"))
                .queryParams(
                        "from",
                        Instant.now().toString(),
                        "before",
                        Instant.now().toString(),
                        "issuer",
                        "B2B")
                .get("/internal/v1/charges")
                .then()
                .statusCode(400);
    }

    /** @param issuer null for a request without one */
    private static List<UUID> listed(UUID store, String issuer) {
        var call = Calls.as(TestIdentities.service("generation"))
                .queryParam("from", Instant.now().minusSeconds(60).toString())
                .queryParam("before", Instant.now().plusSeconds(60).toString())
                .queryParam("limit", 1000);
        if (issuer != null) {
            call = call.queryParam("issuer", issuer);
        }
        List<Map<String, String>> charges = call.get("/internal/v1/charges")
                .then()
                .statusCode(200)
                .extract()
                .path("charges");
        assertThat(charges).hasSizeLessThan(1000);
        return charges.stream()
                .filter(charge -> charge.get("store_id").equals(store.toString()))
                .map(charge -> UUID.fromString(charge.get("charge_id")))
                .toList();
    }

    private static JsonPath page(String from, String after) {
        var call = Calls.as(TestIdentities.service("generation"))
                .queryParam("from", from)
                .queryParam("before", Instant.now().plusSeconds(60).toString())
                .queryParam("limit", 2);
        if (after != null) {
            call = call.queryParam("after", after);
        }
        return call.get("/internal/v1/charges").then().statusCode(200).extract().jsonPath();
    }
}
