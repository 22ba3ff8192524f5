package dev.wearon.generation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.wearon.testkit.Await;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The cache of verified identities does not accept an identity that the check refuses. */
@QuarkusTest
@WithNeighbours
class IdentityTest {

    private final UUID storeId = UUID.randomUUID();

    /** Reads a session that does not exist: 404 for an accepted identity, 401 for a refused one. */
    private static Response read(String authorization) {
        return given().header("Authorization", authorization).get("/api/v1/generation/{id}", UUID.randomUUID());
    }

    @Test
    void refusesACachedIdentityAfterItsExpiry() {
        String identity = TestIdentities.storeFor(storeId, Duration.ofSeconds(4));
        read(identity).then().statusCode(404);
        Await.until(Duration.ofSeconds(20), () -> read(identity).statusCode(), status -> status == 401);
    }

    @Test
    void refusesAChangedSignatureOfACachedIdentity() {
        String identity = TestIdentities.store(storeId);
        read(identity).then().statusCode(404);
        int end = identity.lastIndexOf('.') + 1;
        byte[] signature = Base64.getUrlDecoder().decode(identity.substring(end));
        signature[7] ^= 4;
        String changed = identity.substring(0, end)
                + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        read(changed).then().statusCode(401).body("code", equalTo("INVALID_API_KEY"));
        read(identity).then().statusCode(404);
    }

    @Test
    void refusesAForgedIdentityEveryTime() {
        String forged = TestIdentities.storeForgedBy("generation", storeId);
        for (int i = 0; i < 3; i++) {
            assertThat(read(forged).statusCode()).isEqualTo(401);
        }
    }
}
