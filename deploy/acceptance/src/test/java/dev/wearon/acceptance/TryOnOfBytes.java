package dev.wearon.acceptance;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.Await;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A merchant's try-on of two pictures: upload, create, and the result. */
record TryOnOfBytes(Merchant merchant) {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** @param more further fields of the create */
    Response create(byte[] person, byte[] garment, Map<String, ?> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("age_verified", true);
        body.put("image_urls", List.of(merchant.imageUrl(person), merchant.imageUrl(garment)));
        return merchant.call().body(body).post("/api/v1/generation/create");
    }

    /** The session when it is completed or failed. */
    JsonPath ended(byte[] person, byte[] garment) {
        return merchant.ended(create(person, garment, Map.of())
                .then()
                .statusCode(201)
                .extract()
                .jsonPath()
                .getUUID("data.session_id"));
    }

    BufferedImage completed(byte[] person, byte[] garment) throws IOException {
        return picture(ended(person, garment));
    }

    static BufferedImage picture(JsonPath session) throws IOException {
        assertThat(session.getString("data.status"))
                .as(session.getString("data.error_message"))
                .isEqualTo("completed");
        return ResultPicture.read(given().urlEncodingEnabled(false)
                .get(session.getString("data.generated_image_url"))
                .then()
                .statusCode(200)
                .extract()
                .asByteArray());
    }

    /** @return the text for the shopper; the credit is back */
    String failed(byte[] person, byte[] garment) {
        JsonPath session = ended(person, garment);
        assertThat(session.getString("data.status")).isEqualTo("failed");
        assertThat(session.getString("data.error_code")).isEqualTo("BAD_IMAGE");
        assertCreditIsBack(session);
        return session.getString("data.error_message");
    }

    void assertCreditIsBack(JsonPath session) {
        Await.until(
                TIMEOUT,
                () -> merchant.session(session.getUUID("data.session_id")).getInt("data.credits_refunded"),
                back -> back == 1);
        assertThat(session.getString("data.error_message")).endsWith("Your credit was returned.");
    }
}
