package dev.wearon.generation.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithNeighbours
class DeadlinesTest {

    private final Shop shop = Shop.with(3);

    private Response create(Object seconds, String key, String image) {
        return shop.call()
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body(Map.of("age_verified", true, "image_urls", List.of(image, image), "deadline_seconds", seconds))
                .post("/api/v1/generation/create");
    }

    /** A worker holds the session, and its lease lasts longer. */
    @Test
    void endTheSessionAndGiveTheCreditBack() {
        UUID id = Rows.session(shop.storeId(), "processing", 1, "1 minute");
        shop.charge(id);

        Rows.update("UPDATE generation.store_generation_sessions SET deadline_at = now() WHERE id = ?", id);

        JsonPath session =
                Await.until(Duration.ofSeconds(30), () -> shop.session(id), now -> now.getInt("credits_refunded") == 1);
        assertThat(session.getString("status")).isEqualTo("failed");
        assertThat(session.getString("error_code")).isEqualTo("DEADLINE");
        assertThat(shop.balance()).isEqualTo(3);
    }

    @Test
    void areCountedFromTheCreateAndPartOfEveryAnswer() throws Exception {
        String image = shop.person();
        JsonPath created =
                create(90, "k", image).then().statusCode(201).extract().jsonPath();
        Instant deadline = Instant.parse(created.getString("deadline_at"));

        UUID id = created.getUUID("session_id");
        JsonPath session = shop.session(id);
        assertThat(Instant.parse(session.getString("created_at")).plusSeconds(90))
                .isEqualTo(deadline);
        assertThat(session.getString("deadline_at")).isEqualTo(created.getString("deadline_at"));
        assertThat(create(90, "k", image)
                        .then()
                        .statusCode(201)
                        .extract()
                        .jsonPath()
                        .getString("deadline_at"))
                .isEqualTo(created.getString("deadline_at"));
        create(91, "k", image).then().statusCode(422);
        shop.call()
                .get("/api/v1/generation")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("generations.deadline_at")
                .forEach(listed -> assertThat(listed).isEqualTo(created.getString("deadline_at")));
    }

    @Test
    void areThoseOfTheModelIfNoneIsAskedFor() throws Exception {
        UUID id = shop.created(shop.person());
        JsonPath session = shop.session(id);
        assertThat(Instant.parse(session.getString("created_at")).plus(Duration.ofMinutes(10)))
                .isEqualTo(Instant.parse(session.getString("deadline_at")));
    }

    @Test
    void areWholeSecondsUpToAnHour() throws Exception {
        String image = shop.person();
        for (Object wrong : List.of(0, -1, 3_601, 1.5, "60", true, 99_999_999_999L)) {
            String message = create(wrong, UUID.randomUUID().toString(), image)
                    .then()
                    .statusCode(400)
                    .extract()
                    .path("message");
            assertThat(message).isEqualTo("deadline_seconds must be a whole number from 1 to 3600.");
        }
        assertThat(shop.balance()).isEqualTo(3);
    }
}
