package dev.wearon.storage.objects;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.wearon.local.testing.SuiteServers;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Place;
import dev.wearon.storage.testing.MovableClock;
import dev.wearon.storage.testing.StorageSettings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "storage"))
@QuarkusTestResource(StorageSettings.class)
class SignedObjectsResourceTest {

    private static final UUID STORE = UUID.randomUUID();

    @Inject
    Clock clock;

    @AfterEach
    void putTheClockBack() {
        ((MovableClock) clock).move(Duration.ZERO);
    }

    @Nested
    class Returns200 {

        @Test
        void saysWhatItSends() {
            byte[] shirt = Client.sample("t-shirt_01.png");
            Place place = Client.uploaded(STORE, "image/png", shirt);
            Response got = Client.get(place.imageUrl());
            got.then()
                    .statusCode(200)
                    .header("Content-Type", "image/png")
                    .header("Content-Length", String.valueOf(shirt.length))
                    .header("Cache-Control", "private")
                    .header("X-Content-Type-Options", "nosniff");
            assertThat(got.asByteArray()).isEqualTo(shirt);
        }

        @Test
        void saysTheSameToHeadWithoutTheBytes() {
            byte[] shirt = Client.sample("t-shirt_01.png");
            Place place = Client.uploaded(STORE, "image/png", shirt);
            Response head = given().urlEncodingEnabled(false).head(Client.local(place.imageUrl()));
            head.then()
                    .statusCode(200)
                    .header("Content-Type", "image/png")
                    .header("Content-Length", String.valueOf(shirt.length));
            assertThat(head.asByteArray()).isEmpty();
        }
    }

    @Nested
    class Returns403 {

        @Test
        void forAnotherObjectThanTheSignedOne() {
            Place one = Client.uploaded(STORE, "image/jpeg", Client.jpeg(100, 1));
            Place two = Client.uploaded(STORE, "image/jpeg", Client.jpeg(100, 2));
            String swapped = one.imageUrl().replace(one.path(), two.path());
            Client.get(swapped).then().statusCode(403).body("code", is("SIGNATURE_INVALID"));
            given().urlEncodingEnabled(false).head(Client.local(swapped)).then().statusCode(403);
        }

        @Test
        void forAnEncodedSpellingOfTheSignedPath() {
            Place place = Client.uploaded(STORE, "image/jpeg", Client.jpeg(100, 1));
            Client.get(place.imageUrl().replace("/uploads/", "/%75ploads/"))
                    .then()
                    .statusCode(403);
        }

        @Test
        void afterSixHours() {
            Place place = Client.uploaded(STORE, "image/jpeg", Client.jpeg(100, 1));
            ((MovableClock) clock).move(Duration.ofHours(6).plusSeconds(1));
            Client.get(place.imageUrl()).then().statusCode(403).body("code", is("URL_EXPIRED"));
        }
    }

    @Nested
    class Returns404 {

        @Test
        void beforeTheObjectIsThere() {
            Place place = Client.place(STORE, "image/png");
            Client.get(place.imageUrl()).then().statusCode(404).body("code", is("NOT_FOUND"));
        }

        @Test
        void afterItsLifeThoughTheUrlStillLives() {
            Place place = Client.place(STORE, "image/jpeg");
            // Written in a past in which the URL is not expired yet, so that the object dies first.
            ((MovableClock) clock).move(Duration.ofMinutes(-30));
            Client.put(place.uploadUrl(), "image/jpeg", Client.jpeg(100, 1))
                    .then()
                    .statusCode(201);
            ((MovableClock) clock).move(Duration.ofHours(6).minusMinutes(29));
            Client.get(place.imageUrl()).then().statusCode(404).body("code", is("NOT_FOUND"));
        }
    }

    @Nested
    class Returns405 {

        @Test
        void forWhatNobodyMayDo() {
            Place place = Client.uploaded(STORE, "image/jpeg", Client.jpeg(100, 1));
            given().urlEncodingEnabled(false)
                    .delete(Client.local(place.imageUrl()))
                    .then()
                    .statusCode(405)
                    .body("code", is("METHOD_NOT_ALLOWED"));
        }
    }
}
