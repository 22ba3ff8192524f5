package dev.wearon.generation.lists;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithNeighbours
class SessionListsTest {

    private static final String PATH = "/api/v1/generation";
    private static final String ALL = "/internal/v1/generations";

    private static final String INSERT = """
            INSERT INTO generation.store_generation_sessions
                (id, store_id, shopper_email, shopper_token_id, status, created_at, completed_at, generated_image_url, error_code,
                 error_message, attempts, lease_until, model_image_url, prompt_system, image_urls, image_paths, request_id)
            VALUES (?, ?, ?, ?, ?, ?::timestamptz, CASE WHEN ? IN ('completed', 'failed') THEN now() END, 'p', ?,
                    'Sorry.', 3, now() + interval '1 hour', 'u', 'prompt', '{u}', '{p}', 'req_1')
            """;

    private final Shop shop = Shop.with(0);

    private static UUID session(Shop shop, String status, String createdAt) {
        return session(shop, status, createdAt, status.equals("failed") ? "INTERNAL" : null);
    }

    private static UUID session(Shop shop, String status, String createdAt, String code) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        Rows.update(INSERT, id, shop.storeId(), shop.shopper(), shop.tokenId(), status, createdAt, status, code);
        return id;
    }

    private static Response list(Shop shop, String... parameters) {
        return with(shop.call(), parameters).get(PATH);
    }

    private static Response listAll(String... parameters) {
        return with(given().header("Authorization", TestIdentities.service("gateway")), parameters)
                .get(ALL);
    }

    private static RequestSpecification with(RequestSpecification call, String... parameters) {
        for (int i = 0; i < parameters.length; i += 2) {
            call.queryParam(parameters[i], parameters[i + 1]);
        }
        return call;
    }

    private static List<UUID> ids(Response answer) {
        return answer.then().statusCode(200).extract().jsonPath().getList("generations.session_id", UUID.class);
    }

    @Nested
    class Pages {

        /** Three have the same time, and the pages end between them. */
        @Test
        void haveEverySessionOnceWhileNewOnesArrive() {
            List<UUID> oldestFirst = new ArrayList<>();
            oldestFirst.add(session(shop, "completed", "2026-03-10T10:00:00Z"));
            Stream.of("completed", "failed", "processing")
                    .map(status -> session(shop, status, "2026-03-10T10:00:00.000001Z"))
                    .sorted()
                    .forEach(oldestFirst::add);
            oldestFirst.add(session(shop, "queued", "2026-03-10T10:00:01Z"));

            List<UUID> read = new ArrayList<>();
            String cursor = null;
            do {
                JsonPath page = (cursor == null ? list(shop, "limit", "2") : list(shop, "limit", "2", "cursor", cursor))
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath();
                read.addAll(page.getList("generations.session_id", UUID.class));
                cursor = page.getString("next_cursor");
                session(shop, "completed", "2026-03-11T10:00:00Z");
            } while (cursor != null);

            assertThat(read).containsExactlyElementsOf(oldestFirst.reversed());
        }

        @Test
        void showEachSessionAsItIs() {
            UUID id = session(shop, "failed", "2026-03-10T10:00:00Z", "MODEL_TIMEOUT");
            list(shop)
                    .then()
                    .statusCode(200)
                    .body("generations[0].session_id", equalTo(id.toString()))
                    .body("generations[0].store_id", equalTo(shop.storeId().toString()))
                    .body("generations[0].status", equalTo("failed"))
                    .body("generations[0].error_code", equalTo("MODEL_TIMEOUT"))
                    .body("generations[0].error_message", equalTo("Sorry."))
                    .body("generations[0].credits_used", equalTo(1))
                    .body("generations[0].credits_refunded", equalTo(0))
                    .body("generations[0].attempt", equalTo(3))
                    .body("generations[0].request_id", equalTo("req_1"))
                    .body("generations[0].created_at", equalTo("2026-03-10T10:00:00Z"))
                    .body("next_cursor", equalTo(null));
        }
    }

    @Nested
    class Filters {

        @Test
        void selectByStatusCodeAndTime() {
            UUID done = session(shop, "completed", "2026-03-10T10:00:00Z");
            UUID late = session(shop, "failed", "2026-03-11T00:00:00Z", "MODEL_TIMEOUT");
            UUID broken = session(shop, "failed", "2026-03-11T23:59:59.999999Z", "INTERNAL");

            assertThat(ids(list(shop, "status", "completed"))).containsExactly(done);
            assertThat(ids(list(shop, "status", "failed"))).containsExactly(broken, late);
            assertThat(ids(list(shop, "status", "queued"))).isEmpty();
            assertThat(ids(list(shop, "error_code", "MODEL_TIMEOUT"))).containsExactly(late);
            assertThat(ids(list(shop, "error_code", "MODEL_TIMEOUT", "status", "completed")))
                    .isEmpty();
            assertThat(ids(list(shop, "created_from", "2026-03-11"))).containsExactly(broken, late);
            assertThat(ids(list(shop, "created_to", "2026-03-10"))).containsExactly(done);
            assertThat(ids(list(shop, "created_from", "2026-03-11", "created_to", "2026-03-11")))
                    .containsExactly(broken, late);
        }

        @ParameterizedTest
        @CsvSource({
            "status, done",
            "status, COMPLETED",
            "error_code, model_timeout",
            "created_from, yesterday",
            "created_to, 2026-02-30",
            "limit, 0",
            "limit, 101",
            "cursor, x"
        })
        void refuseWhatTheyDoNotKnow(String parameter, String value) {
            for (Response answer : List.of(list(shop, parameter, value), listAll(parameter, value))) {
                answer.then()
                        .statusCode(400)
                        .body("code", equalTo("VALIDATION_ERROR"))
                        .body("message", startsWith(parameter + " must be "));
            }
        }
    }

    @Nested
    class Tenants {

        @Test
        void seeOnlyTheirOwn() {
            Shop other = Shop.with(0);
            UUID own = session(shop, "completed", "2026-03-10T10:00:00Z");
            session(other, "completed", "2026-03-10T10:00:01Z");

            assertThat(ids(list(shop))).containsExactly(own);
            assertThat(ids(list(shop, "store_id", other.storeId().toString()))).containsExactly(own);
            assertThat(ids(list(shop, "cursor", cursorOf(other)))).containsExactly(own);
        }

        private String cursorOf(Shop other) {
            session(other, "completed", "2026-03-10T10:00:02Z");
            return list(other, "limit", "1").jsonPath().getString("next_cursor");
        }

        /** The same shopper by her address and by her token; another token without a shopper sees only what it made. */
        @Test
        void areShoppersToo() {
            UUID ofStore = session(shop, "completed", "2026-03-10T10:00:00Z");
            UUID ofAnn = session(shop.namingShopper("ann@example.com"), "failed", "2026-03-10T10:00:01Z", "INTERNAL");
            UUID ofAnnsPage = session(shop.token("ann@example.com"), "completed", "2026-03-10T10:00:02Z");
            Shop anonymous = shop.token(null);
            UUID ofAnyone = session(anonymous, "failed", "2026-03-10T10:00:03Z", "INTERNAL");

            assertThat(ids(list(shop))).containsExactly(ofAnyone, ofAnnsPage, ofAnn, ofStore);
            assertThat(ids(list(shop.namingShopper("ann@example.com")))).containsExactly(ofAnnsPage, ofAnn);
            assertThat(ids(list(shop.token("ann@example.com")))).containsExactly(ofAnnsPage, ofAnn);
            assertThat(ids(list(shop.token("ann@example.com"), "error_code", "INTERNAL")))
                    .containsExactly(ofAnn);
            assertThat(ids(list(shop.token("ben@example.com")))).isEmpty();
            assertThat(ids(list(anonymous))).containsExactly(ofAnyone);
            assertThat(ids(list(anonymous, "error_code", "DEADLINE"))).isEmpty();
            assertThat(ids(list(shop.token(null)))).isEmpty();
            assertThat(ids(list(Shop.with(0).token("ann@example.com")))).isEmpty();
        }
    }

    @Nested
    class TheOperator {

        @Test
        void seesAllStoresOrOne() {
            Shop other = Shop.with(0);
            UUID first = session(shop, "failed", "2999-01-01T10:00:00Z", "WORKER_LOST");
            UUID second = session(other, "failed", "2999-01-01T10:00:01Z", "WORKER_LOST");

            assertThat(ids(listAll("limit", "2"))).containsExactly(second, first);
            assertThat(ids(listAll("created_from", "2999-01-01", "error_code", "WORKER_LOST")))
                    .containsExactly(second, first);
            assertThat(ids(listAll("store_id", shop.storeId().toString()))).containsExactly(first);
            Rows.update("DELETE FROM generation.store_generation_sessions WHERE id = ANY (?)", (Object)
                    new UUID[] {first, second});
        }

        @Test
        void namesTheStoreByItsId() {
            listAll("store_id", "shop").then().statusCode(400).body("message", equalTo("store_id must be a UUID."));
        }
    }

    @Nested
    class Returns401And404 {

        @Test
        void toOtherCallers() {
            given().get(PATH).then().statusCode(401).body("code", equalTo("INVALID_API_KEY"));
            given().header("Authorization", TestIdentities.service("gateway"))
                    .get(PATH)
                    .then()
                    .statusCode(404);
            shop.call().get(ALL).then().statusCode(404);
            shop.token(null).call().get(ALL).then().statusCode(404);
        }
    }
}
