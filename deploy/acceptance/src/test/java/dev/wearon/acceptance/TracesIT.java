package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.acceptance.OtlpReceiver.Received;
import dev.wearon.processes.services.Rig;
import dev.wearon.testkit.Await;
import io.opentelemetry.proto.trace.v1.Span;
import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A try-on is one trace, from the gateway to the image model. */
class TracesIT {

    /** Longer than the processes keep spans before they send them. */
    private static final Duration SENT_WITHIN = Duration.ofSeconds(30);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OF_CLIENT = "4bf92f3577b34da6a3ce929d0e0e4736";

    @TempDir
    static Path folder;

    private static OtlpReceiver receiver;
    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        receiver = new OtlpReceiver();
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        Map<String, String> variables = new HashMap<>(Suite.patient(Map.of(
                "WEARON_TRACES_ENDPOINT",
                receiver.url(),
                "WEARON_TRACES_RATIO",
                "1",
                "WEARON_LOG_JSON",
                "true",
                "WEARON_PUBLIC_URL",
                rig.url("gateway"))));
        for (String service : List.of("credits", "storage", "generation", "gateway")) {
            rig.start(service, variables);
        }
    }

    @AfterAll
    static void stop() {
        if (rig != null) {
            rig.close();
        }
        if (receiver != null) {
            receiver.close();
        }
    }

    private static List<Received> of(String trace, List<Received> all) {
        return all.stream().filter(span -> span.traceId().equals(trace)).toList();
    }

    private static boolean isComplete(List<Received> trace) {
        return trace.stream().map(Received::service).distinct().count() == 4
                && trace.stream().anyMatch(span -> span.span().getName().equals("model"))
                && trace.stream().anyMatch(span -> span.span().getName().equals("try-on"));
    }

    @Test
    void aTryOnIsOneTraceOfAllServicesAndTheModel() throws Exception {
        Merchant store = Merchant.with(URI.create(rig.url("gateway")), Rig.ADMIN_TOKEN, "absorb_mode", 3);
        List<String> images = store.images();
        UUID id = store.call()
                .header("traceparent", "00-" + OF_CLIENT + "-00f067aa0ba902b7-01")
                .header("tracestate", "vendor=theirs")
                .header("baggage", "user=theirs")
                .body(Map.of("image_urls", images, "age_verified", true))
                .post("/api/v1/generation/create")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath()
                .getUUID("data.session_id");
        JsonPath session = store.ended(id);
        assertThat(session.getString("data.status")).isEqualTo("completed");

        Received create = Await.until(
                        SENT_WITHIN,
                        () -> receiver.spans().stream()
                                .filter(span -> span.span().getName().equals("POST /api/v1/generation/create"))
                                .filter(span -> span.service().equals("gateway-service"))
                                .toList(),
                        found -> !found.isEmpty())
                .getFirst();
        List<Received> trace =
                Await.until(SENT_WITHIN, () -> of(create.traceId(), receiver.spans()), TracesIT::isComplete);

        assertThat(create.traceId()).as("a trace of ours").isNotEqualTo(OF_CLIENT);
        assertThat(create.span().getLinksList())
                .extracting(link -> HexFormat.of().formatHex(link.getTraceId().toByteArray()))
                .containsExactly(OF_CLIENT);
        assertThat(trace)
                .as("statements and commands belong to it")
                .extracting(span -> span.span().getKind())
                .contains(Span.SpanKind.SPAN_KIND_CLIENT, Span.SpanKind.SPAN_KIND_CONSUMER);
        assertThat(trace).extracting(Received::span).allSatisfy(span -> assertThat(span.getTraceState())
                .isEmpty());
        assertThat(receiver.spans()).extracting(Received::traceId).doesNotContain(OF_CLIENT);
        checkSecrets(store);
    }

    @Test
    void refusalsAreLogLinesWithTheirIds() throws Exception {
        Merchant store = Merchant.with(URI.create(rig.url("gateway")), Rig.ADMIN_TOKEN, "absorb_mode", 0);
        String request =
                store.create(store.images()).then().statusCode(402).extract().header("X-Request-Id");

        JsonNode line = Await.until(SENT_WITHIN, () -> lines("gateway-service.log", request), all -> !all.isEmpty())
                .getFirst();
        assertThat(line.at("/service").textValue()).isEqualTo("gateway-service");
        assertThat(line.at("/message").textValue()).startsWith("POST /api/v1/generation/create 402 ");
        assertThat(line.at("/mdc/store_id").textValue())
                .isEqualTo(store.storeId().toString());
        assertThat(line.at("/mdc/code").textValue()).isEqualTo("INSUFFICIENT_CREDITS");
        assertThat(line.at("/mdc/traceId").textValue()).matches("[0-9a-f]{32}");
    }

    /** The lines of a request; every line must be an object. */
    private static List<JsonNode> lines(String log, String request) throws Exception {
        List<JsonNode> found = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve(log))) {
            if (line.startsWith("NOTE: Picked up")) {
                // The JVM, because of SHORT_LIVED.
                continue;
            }
            JsonNode parsed = JSON.readTree(line);
            if (request.equals(parsed.at("/mdc/request_id").textValue())) {
                found.add(parsed);
            }
        }
        return found;
    }

    /** Neither spans nor logs. */
    private static void checkSecrets(Merchant store) throws Exception {
        for (Received received : receiver.spans()) {
            assertThat(Secrets.in(received.span().toString(), store.apiKey(), Rig.ADMIN_TOKEN))
                    .as(received.service() + " " + received.span().getName())
                    .isEmpty();
        }
        assertThat(Secrets.inLogsBelow(folder, store.apiKey(), Rig.ADMIN_TOKEN)).isEmpty();
    }
}
