package dev.wearon.gateway.door;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.contract.ContractFilter;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A condition or a checksum is forwarded to a service that checks it, or refused. */
@QuarkusTest
class UnsupportedHeadersTest {

    private static final String OBJECT = "/stores/" + UUID.randomUUID() + "/uploads/person.png?signature=any";

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.shared();
        credits().answers(200, "{}");
        storage().answers(200, "{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-Match", "Content-MD5"})
    void areRefusedByName(String header) {
        merchant.calls()
                .header(header, "*")
                .get("/api/v1/credits/balance")
                .then()
                .spec(refusal(400, "VALIDATION_ERROR"))
                .body("error.message", equalTo("The header " + header + " is not supported here."));
        merchant.calls()
                .header(header, "*")
                .body("{}")
                .post("/api/v1/generation/create")
                .then()
                .spec(refusal(400, "VALIDATION_ERROR"));
        Merchant.operator()
                .header(header, "*")
                .body("{\"shop_domain\": \"a.example\"}")
                .post("/admin/v1/stores")
                .then()
                .spec(refusal(400, "VALIDATION_ERROR"));
        assertThat(credits().seen()).isEmpty();
    }

    @Test
    void areRefusedWhereStorageCannotHonourThem() {
        given().header("If-Match", "*").body("x").put(OBJECT).then().spec(refusal(400, "VALIDATION_ERROR"));
        given().header("Content-MD5", "x").get(OBJECT).then().spec(refusal(400, "VALIDATION_ERROR"));
        assertThat(storage().seen()).isEmpty();
    }

    @Test
    void areForwardedToStorage() {
        given().noFiltersOfType(ContractFilter.class)
                .header("Content-MD5", "checksum")
                .header("If-None-Match", "*")
                .body("x")
                .put(OBJECT);
        assertThat(storage().onlySeen().headers().get("Content-MD5")).isEqualTo("checksum");
        assertThat(storage().onlySeen().headers().get("If-None-Match")).isEqualTo("*");

        storage().answers(412, "{\"code\":\"PRECONDITION_FAILED\",\"message\":\"The object has another ETag.\"}");
        given().header("If-Match", "\"x\"").get(OBJECT).then().spec(refusal(412, "PRECONDITION_FAILED"));
        assertThat(storage().onlySeen().headers().get("If-Match")).isEqualTo("\"x\"");
        given().header("If-Match", "\"x\"").head(OBJECT).then().statusCode(412);
    }

    /** Caches of browsers add them. The response of an API call has no tag, so the condition is met. */
    @Test
    void doNotIncludeTheConditionsOfCaches() {
        merchant.calls()
                .header("If-None-Match", "\"x\"")
                .header("If-Range", "\"x\"")
                .get("/api/v1/credits/balance")
                .then()
                .spec(success(200));
    }
}
