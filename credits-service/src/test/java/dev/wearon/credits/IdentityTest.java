package dev.wearon.credits;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.is;

import dev.wearon.http.Caller;
import dev.wearon.local.testing.SuiteServers;
import dev.wearon.local.testing.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class IdentityTest {
    @Path("/who")
    public static class Who {
        @Inject
        JsonWebToken jwt;

        @GET
        @RolesAllowed("store")
        public io.smallrye.mutiny.Uni<Caller> who() {
            return io.smallrye.mutiny.Uni.createFrom().item(Caller.of(jwt));
        }
    }

    @Test
    void works() {
        UUID id = UUID.randomUUID();
        given().header("Authorization", TestIdentities.store(id))
                .get("/who")
                .then()
                .log()
                .all()
                .statusCode(200)
                .body("store_id", is(id.toString()));
        given().header("Authorization", TestIdentities.storeForgedBy("generation", id))
                .get("/who")
                .then()
                .log()
                .all()
                .statusCode(401);
        given().header("Authorization", TestIdentities.service("generation"))
                .get("/who")
                .then()
                .log()
                .all()
                .statusCode(404);
        given().get("/who").then().log().all().statusCode(401);
        given().get("/nope").then().log().all().statusCode(404);
        given().post("/who").then().log().all().statusCode(405);
    }
}
