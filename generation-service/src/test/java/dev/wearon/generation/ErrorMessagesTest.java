package dev.wearon.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.Garbage;
import dev.wearon.testkit.RawRequest;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No response to an invalid request contains a class name or a message of a library. */
@QuarkusTest
@WithNeighbours
class ErrorMessagesTest {

    @TestHTTPResource("")
    String url;

    @Test
    void arePlainForInvalidBodies() {
        new Garbage(url, Shop.with(0).identity()).send("POST", "/api/v1/generation/create", """
                {"age_verified": true, "image_urls": ["http://127.0.0.1/a"], "prompt": "p", "prompt_system": "p",
                 "model_image_url": "http://127.0.0.1/a"}""");
    }

    @Test
    void arePlainForInvalidParameters() {
        Garbage ofStore = new Garbage(url, Shop.with(0).identity());
        List.of(
                        "/api/v1/generation/%s",
                        "/api/v1/stores/analytics?start_date=%s",
                        "/api/v1/stores/analytics?end_date=%s",
                        "/api/v1/usage?from=%s",
                        "/api/v1/usage?from=2026-11-01&to=%s",
                        "/api/v1/usage?from=2026-11-01&to=2026-11-02&bucket=%s",
                        "/api/v1/usage?from=2026-11-01&to=2026-11-02&by=%s")
                .forEach(ofStore::ask);
        Garbage ofService = new Garbage(url, TestIdentities.service("gateway"));
        List.of("from", "to", "limit").forEach(name -> ofService.ask("/internal/v1/reconciliation?" + name + "=%s"));
    }

    @Test
    void haveTheRequestIdAlsoForCharactersThatAUriMustNotContain() {
        String identity = "Authorization: " + Shop.with(0).identity();
        int port = URI.create(url).getPort();
        for (String stray : List.of("%", "%zz", "|", "{a}", "^", "`", "\"", "<", ">")) {
            for (String uri : List.of("/api/v1/generation/" + stray, "/api/v1/generation/a?x=" + stray)) {
                assertThat(RawRequest.send(port, "GET", uri, identity, "X-Request-Id: stray-1"))
                        .startsWith("HTTP/1.1 400 ")
                        .containsIgnoringCase("X-Request-Id: stray-1")
                        .contains("The id of the try-on must be a UUID.");
            }
            assertThat(RawRequest.send(port, "GET", "/api/v1/stores/analytics?start_date=" + stray, identity))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("start_date");
        }
    }

    /** A packaged service that runs by itself; the other tests run inside the build. */
    @Test
    void areNotEmptyInAPackagedService() {
        for (String service : List.of("credits", "storage")) {
            int port = URI.create(SuiteServers.neighbour(service).url()).getPort();
            assertThat(RawRequest.send(port, "GET", "/{a}?x=%"))
                    .startsWith("HTTP/1.1 404 ")
                    .contains("\"code\":\"NOT_FOUND\"");
        }
    }
}
