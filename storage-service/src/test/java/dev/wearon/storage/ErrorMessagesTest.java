package dev.wearon.storage;

import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.Garbage;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** No response to an invalid request contains a class name or a message of a library. */
@QuarkusTest
@WithServers
class ErrorMessagesTest {

    private static final UUID STORE = UUID.randomUUID();
    private static final String OF_STORE = "/internal/v1/stores/" + STORE;

    @TestHTTPResource("")
    String url;

    @Test
    void arePlainForInvalidBodies() {
        String paths = "{\"paths\": [\"stores/%s/uploads/a.png\"]}".formatted(STORE);
        Garbage ofStore = new Garbage(url, TestIdentities.store(STORE));
        ofStore.send(
                "POST",
                "/api/v1/storage/uploads",
                "{\"files\": [{\"file_name\": \"me.png\", \"content_type\": \"image/png\", \"size\": 5}]}");
        ofStore.send("POST", "/api/v1/storage/downloads", paths);
        ofStore.send("POST", "/api/v1/storage/imports", "{\"url\": \"https://localhost/a.jpg\"}");
        ofStore.send(
                "POST",
                "/internal/v1/objects/resolve",
                "{\"image_urls\": [\"http://x/stores/x\"], \"live_for_seconds\": 1}");
        Garbage ofService = new Garbage(url, TestIdentities.service("gateway"));
        ofService.send("POST", "/internal/v1/objects/missing", paths);
        ofService.send("POST", OF_STORE + "/state", """
                {"event_id": "%s", "status": "active", "status_changed_at": "2026-01-01T00:00:00Z",
                 "image_retention_seconds": 1800, "changed_at": "2026-01-01T00:00:00Z"}""".formatted(STORE));
    }

    @Test
    void arePlainForInvalidParameters() {
        Garbage garbage = new Garbage(url, TestIdentities.service("gateway"));
        List.of(
                        "/stores/%s/uploads/a.png",
                        "/stores/" + STORE + "/uploads/%s?expires=%s&key=%s",
                        "/stores/" + STORE + "/uploads/a.png?expires=%s&key=0&signature=%s",
                        "/internal/v1/stores/%s/objects?path=%s",
                        OF_STORE + "/objects?path=%s",
                        "/internal/v1/storage/orphans?limit=%s")
                .forEach(garbage::ask);
    }
}
