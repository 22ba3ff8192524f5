package dev.wearon.generation.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Consistency;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.http.IdempotencyKey;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The kind of the garment from the create to the image model, and what is refused before the charge. */
@QuarkusTest
@WithNeighbours
class GarmentTypeTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** The model of the tests refuses trousers, so the outcome says which kind it was given. */
    @Test
    void reachesTheModelAndReturnsTheCreditIfThePhotoDoesNotAllowIt() throws Exception {
        Shop shop = Shop.with(2);
        String person = shop.person();

        JsonPath trousers = ended(shop, create(shop, "order-1", List.of(person, person), "lower"));
        JsonPath sweater = ended(shop, create(shop, "order-2", List.of(person, person), "upper"));

        assertThat(trousers.getString("status")).isEqualTo("failed");
        assertThat(trousers.getString("garment_type")).isEqualTo("lower");
        assertThat(trousers.getString("error_code")).isEqualTo("BAD_IMAGE");
        assertThat(trousers.getString("error_message"))
                .startsWith("The first picture")
                .endsWith("was returned.");
        assertThat(trousers.getInt("credits_refunded")).isEqualTo(1);
        assertThat(sweater.getString("status")).isEqualTo("completed");
        assertThat(sweater.getString("garment_type")).isEqualTo("upper");
        assertThat(shop.balance()).isEqualTo(1);
    }

    @Test
    void belongsToTheContentOfAKey() throws Exception {
        Shop shop = Shop.with(2);
        List<String> images = List.of(shop.person(), shop.person());
        create(shop, "order-1", images, "upper").then().statusCode(201).header(IdempotencyKey.REPLAYED, nullValue());

        create(shop, "order-1", images, "upper").then().statusCode(201).header(IdempotencyKey.REPLAYED, "true");
        create(shop, "order-1", images, "dress").then().statusCode(422);
        create(shop, "order-1", images, null).then().statusCode(422);
        assertThat(shop.balance()).isEqualTo(1);
    }

    @Test
    void isRefusedWithItsValuesIfUnknown() throws Exception {
        Shop shop = Shop.with(1);
        create(shop, "order-1", List.of(shop.person(), shop.person()), "hat")
                .then()
                .statusCode(400)
                .body("code", equalTo("VALIDATION_ERROR"))
                .body("message", equalTo("garment_type must be one of: upper, lower, dress."));
        assertThat(shop.balance()).isEqualTo(1);
    }

    @Test
    void needsAPictureOfAGarment() throws Exception {
        Shop shop = Shop.with(1);
        String person = shop.person();
        create(shop, "order-1", List.of(person), null)
                .then()
                .statusCode(400)
                .body("code", equalTo("VALIDATION_ERROR"))
                .body("message", startsWith("image_urls must have at least 2 entries"));
        assertThat(shop.balance()).isEqualTo(1);
        assertThat(Rows.value(
                        "SELECT count(*) FROM generation.store_generation_sessions WHERE store_id = ?", shop.storeId()))
                .isEqualTo("0");

        create(shop, "order-1", List.of(person, person), null).then().statusCode(201);
    }

    /** Earlier versions accepted a create with one image. */
    @Test
    void replaysACreateOfAnEarlierVersion() throws Exception {
        Shop shop = Shop.with(1);
        String person = shop.person();
        UUID id = Rows.session(shop.storeId(), "processing", 1, "1 minute");
        byte[] hash = new TryOnRequest(
                        List.of(person), TryOnRequest.BUILT_IN_PROMPT, Optional.empty(), Optional.empty())
                .hash(Optional.empty());
        Rows.update(
                "INSERT INTO generation.idempotency_keys (store_id, key, request_hash, session_id)"
                        + " VALUES (?, 'order-1', decode(?, 'hex'), ?)",
                shop.storeId(),
                HexFormat.of().formatHex(hash),
                id);

        create(shop, "order-1", List.of(person), null)
                .then()
                .statusCode(201)
                .header(IdempotencyKey.REPLAYED, "true")
                .body("session_id", equalTo(id.toString()));
        assertThat(shop.balance()).isEqualTo(1);
    }

    /** An earlier version accepted the request and charged it, and its process died. */
    @Test
    void returnsTheChargeOfAResumedCreateThatTheModelRefuses() throws Exception {
        Shop shop = Shop.with(1);
        String person = shop.person();
        UUID id = interrupted(shop, List.of(person), Optional.empty());

        create(shop, "order-1", List.of(person), null)
                .then()
                .statusCode(400)
                .body("message", startsWith("image_urls must have at least 2 entries"));

        assertThat(shop.balance()).isEqualTo(1);
        assertThat(Consistency.movements(id)).isEqualTo("deduction refund");
        create(shop, "order-1", List.of(person, person), null)
                .then()
                .statusCode(201)
                .header(IdempotencyKey.REPLAYED, nullValue());
    }

    @Test
    void isThatOfTheFirstRequestInAResumedCreate() throws Exception {
        Shop shop = Shop.with(2);
        List<String> images = List.of(shop.person(), shop.person());
        UUID id = interrupted(shop, images, Optional.of(GarmentType.UPPER));

        create(shop, "order-1", images, "dress").then().statusCode(422);
        JsonPath ended = ended(shop, create(shop, "order-1", images, "upper"));

        assertThat(ended.getUUID("session_id")).isEqualTo(id);
        assertThat(ended.getString("status")).isEqualTo("completed");
        assertThat(ended.getString("garment_type")).isEqualTo("upper");
        assertThat(Consistency.movements(id)).isEqualTo("deduction");
        assertThat(shop.balance()).isEqualTo(1);
    }

    /** Leaves what a create leaves that died after its charge, longer ago than a create can take. */
    private static UUID interrupted(Shop shop, List<String> images, Optional<GarmentType> type) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        shop.charge(id);
        byte[] hash =
                new TryOnRequest(images, TryOnRequest.BUILT_IN_PROMPT, type, Optional.empty()).hash(Optional.empty());
        Rows.update(
                "INSERT INTO generation.idempotency_keys (store_id, key, request_hash, session_id, begun_at)"
                        + " VALUES (?, 'order-1', decode(?, 'hex'), ?, now() - interval '30 seconds')",
                shop.storeId(),
                HexFormat.of().formatHex(hash),
                id);
        return id;
    }

    private static Response create(Shop shop, String key, List<String> images, String garmentType) {
        Map<String, Object> body = new HashMap<>(Map.of("age_verified", true, "image_urls", images));
        if (garmentType != null) {
            body.put("garment_type", garmentType);
        }
        return shop.call()
                .header(IdempotencyKey.HEADER, key)
                .contentType("application/json")
                .body(body)
                .post("/api/v1/generation/create");
    }

    private static JsonPath ended(Shop shop, Response created) {
        UUID id = created.then().statusCode(201).extract().jsonPath().getUUID("session_id");
        return Await.until(
                TIMEOUT,
                () -> shop.session(id),
                session -> List.of("completed", "failed").contains(session.getString("status"))
                        && (session.getString("status").equals("completed") || session.getInt("credits_refunded") > 0));
    }
}
