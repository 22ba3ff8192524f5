package dev.wearon.storage.uploads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import dev.wearon.local.testing.Await;
import dev.wearon.local.testing.SuiteServers;
import dev.wearon.local.testing.TestIdentities;
import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.Blob;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Place;
import dev.wearon.storage.testing.Images;
import dev.wearon.storage.testing.InABucket;
import dev.wearon.storage.testing.RawPut;
import dev.wearon.storage.testing.StorageSettings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Uploads and downloads with the images in a bucket: a few of each, as what they promise is the same everywhere. */
@QuarkusTest
@TestProfile(InABucket.class)
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "storage"))
@QuarkusTestResource(StorageSettings.class)
class BucketResourcesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final UUID STORE = UUID.randomUUID();

    @Inject
    Backend backend;

    @TestHTTPResource(value = "health/ready", management = true)
    String ready;

    private List<String> blobs() {
        return backend.list().map(Blob::name).collect().asList().await().atMost(PATIENCE);
    }

    /** Each row has its blob, each blob its row. */
    @AfterEach
    void leavesNothingBehind() {
        Await.until(PATIENCE, () -> blobs().size() == Client.rows(), is -> is);
    }

    @Test
    void keepsTheBytesAsTheyAreAndSendsWhatIsAskedFor() {
        byte[] person = Client.sample("person.png");
        Place place = Client.uploaded(STORE, "image/png", person);
        Response whole = Client.get(place.imageUrl());
        whole.then()
                .statusCode(200)
                .header("Content-Type", "image/png")
                .header("Content-Length", String.valueOf(person.length));
        assertThat(whole.asByteArray()).isEqualTo(person);
        Response part = Client.exactly().header("Range", "bytes=1-70000").get(Client.local(place.imageUrl()));
        part.then()
                .statusCode(206)
                .header("Content-Range", "bytes 1-70000/" + person.length)
                .header("Content-Length", "70000");
        assertThat(part.asByteArray()).isEqualTo(Arrays.copyOfRange(person, 1, 70_001));
        Client.exactly()
                .head(Client.local(place.imageUrl()))
                .then()
                .statusCode(200)
                .header("Content-Length", String.valueOf(person.length));
    }

    @Test
    void keepsNothingOfWhatIsRefusedAtItsVeryEnd() {
        byte[] smuggling = Images.joined(Client.jpeg(300_000, 1), "<script>".getBytes(StandardCharsets.US_ASCII));
        Place place = Client.place(STORE, "image/jpeg");
        Client.put(place.uploadUrl(), "image/jpeg", smuggling)
                .then()
                .statusCode(400)
                .body("message", containsString("HTML or script"));
        byte[] endless = Arrays.copyOf(Client.jpeg(300_000, 1), 299_998);
        Client.put(place.uploadUrl(), "image/jpeg", endless)
                .then()
                .statusCode(400)
                .body("message", containsString("end before the image"));
        Client.get(place.imageUrl()).then().statusCode(404);
        Client.put(place.uploadUrl(), "image/jpeg", Client.jpeg(300_000, 1))
                .then()
                .statusCode(201);
    }

    @Test
    void keepsNothingOfAnUploadThatIsCutOff() throws Exception {
        Place place = Client.place(STORE, "image/jpeg");
        byte[] half = Arrays.copyOf(Client.jpeg(400_000, 1), 200_000);
        int before = blobs().size();
        try (var connection = RawPut.begin(place.uploadUrl(), "image/jpeg", half, 400_000)) {
            connection.setSoLinger(true, 0);
        }
        // The tests' server lists what it is still receiving, under names of its own; a bucket does not.
        Await.until(PATIENCE, () -> blobs().size(), now -> now == before);
        Client.put(place.uploadUrl(), "image/jpeg", Client.jpeg(400_000, 1))
                .then()
                .statusCode(201);
    }

    @Test
    void keepsOneOfManyAtOnce() {
        Place place = Client.place(STORE, "image/jpeg");
        List<Integer> statuses = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> Client.put(place.uploadUrl(), "image/jpeg", Client.jpeg(200_000, i))
                                .statusCode(),
                        Thread::startVirtualThread))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(statuses).containsOnlyOnce(201).containsOnly(201, 409);
    }

    @Test
    void servesTheWorker() {
        byte[] result = Client.jpeg(1_500_000, 3);
        UUID session = UUID.randomUUID();
        String path = Client.storeResult(STORE, session, result)
                .then()
                .statusCode(200)
                .body("outcome", is("stored"))
                .extract()
                .path("path");
        Response read = Client.exactly()
                .header("Authorization", TestIdentities.service("generation"))
                .queryParam("path", path)
                .get("/internal/v1/stores/{store}/objects", STORE);
        assertThat(read.asByteArray()).isEqualTo(result);
    }

    @Test
    void goesOnAfterReadersThatLeave() throws Exception {
        Place place = Client.uploaded(STORE, "image/jpeg", Client.jpeg(1_000_000, 1));
        URI url = URI.create(Client.local(place.imageUrl()));
        // More of them than there are connections to the bucket: each gives its own back.
        for (int reader = 0; reader < 20; reader++) {
            try (Socket socket = new Socket(url.getHost(), RestAssured.port)) {
                socket.setReceiveBufferSize(4_096);
                socket.getOutputStream()
                        .write("GET %s?%s HTTP/1.1\r\nHost: x\r\n\r\n"
                                .formatted(url.getRawPath(), url.getRawQuery())
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
                socket.setSoLinger(true, 0);
            }
        }
        assertThat(Client.get(place.imageUrl()).asByteArray()).hasSize(1_000_000);
    }

    @Test
    void isReadyWhileTheBucketAnswers() {
        RestAssured.get(ready).then().statusCode(200);
    }
}
