package dev.wearon.gateway.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.gateway.sealing.HmacSha256;
import dev.wearon.gateway.testing.TestRoutes;
import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A complete example of a webhook. {@link TestRoutes} has its route. */
@Path(TestRoutes.WEBHOOK)
public class TestWebhook implements WebhookSignature {

    static final byte[] SECRET = "the secret of the foreign system".getBytes(StandardCharsets.US_ASCII);
    static final String SIGNATURE = "X-Test-Signature";
    static final ObjectMapper JSON = new ObjectMapper();

    static final List<JsonNode> STORED = new CopyOnWriteArrayList<>();
    static final List<Integer> CHECKED = new CopyOnWriteArrayList<>();
    static final List<Integer> PARSED = new CopyOnWriteArrayList<>();

    /** Whether it has no secret. */
    static volatile boolean off;

    @Override
    public Set<String> templates() {
        return Set.of(TestRoutes.WEBHOOK);
    }

    @Override
    public Optional<Problem> refusal() {
        return off
                ? Optional.of(Problem.of(Problem.Code.SERVICE_UNAVAILABLE, "There is no secret."))
                : Optional.empty();
    }

    @Override
    public boolean matches(MultiMap headers, byte[] body) {
        CHECKED.add(body.length);
        String offered = headers.get(SIGNATURE);
        return offered != null
                && offered.matches("[0-9a-f]{64}")
                && HmacSha256.matches(SECRET, body, HexFormat.of().parseHex(offered));
    }

    @POST
    public Uni<Void> receive(@Context RoutingContext routing) {
        byte[] body = Gates.signedBody(routing);
        PARSED.add(body.length);
        JsonNode message;
        try {
            message = JSON.readTree(body);
        } catch (IOException noJson) {
            throw Problem.invalid("The message is not JSON.");
        }
        if (message.path("topic").asText().equals("full")) {
            return Uni.createFrom().failure(new IllegalStateException("There is no room for a message"));
        }
        STORED.add(message);
        return Uni.createFrom().voidItem();
    }
}
