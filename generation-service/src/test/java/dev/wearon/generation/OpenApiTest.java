package dev.wearon.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.contract.ServedRoutes;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.net.URL;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithNeighbours
class OpenApiTest {

    @Inject
    Router router;

    @TestHTTPResource(value = "/openapi", management = true)
    URL document;

    @Test
    void listsEveryRoute() {
        ServedRoutes routes = new ServedRoutes(router);
        assertThat(routes.listed(document)).isEqualTo(routes.served()).isNotEmpty();
    }
}
