package dev.wearon.credits.charges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.local.testing.SuiteServers;
import dev.wearon.local.testing.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a reconciler reads: every charge that is not given back, once, whatever the page size. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class StandingChargesTest {

    @Test
    void listsWhatIsChargedAndNotGivenBackByPages() {
        Instant start = Instant.now().minusSeconds(1);
        UUID store = Calls.storeWith(10);
        List<UUID> standing = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            UUID id = Calls.newId();
            Calls.charge(store, id, 1).then().statusCode(200);
            standing.add(id);
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
        assertThat(read).isEqualTo(standing);
    }

    @Test
    void isForServicesOnlyAndSaysWhatIsMissing() {
        UUID store = Calls.storeWith(1);
        Calls.as(TestIdentities.store(store)).get("/internal/v1/charges").then().statusCode(404);
        Calls.as(TestIdentities.service("generation"))
                .get("/internal/v1/charges")
                .then()
                .statusCode(400);
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
