package dev.wearon.generation;

import dev.wearon.testkit.Garbage;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
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
                        "/api/v1/stores/analytics?start_date=%s", "/api/v1/stores/analytics?end_date=%s")
                .forEach(ofStore::ask);
        Garbage ofService = new Garbage(url, TestIdentities.service("gateway"));
        List.of("from", "to", "limit").forEach(name -> ofService.ask("/internal/v1/reconciliation?" + name + "=%s"));
    }
}
