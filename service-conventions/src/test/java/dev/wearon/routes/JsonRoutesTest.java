package dev.wearon.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.http.Problem;
import dev.wearon.http.SnakeCase;
import dev.wearon.identity.KeyPairs;
import dev.wearon.identity.Principal;
import dev.wearon.identity.TestCallers;
import dev.wearon.routes.JsonRoutes.Answer;
import dev.wearon.routes.JsonRoutes.Endpoint;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JsonRoutesTest {

    private static final int BODY_LIMIT = 1_000;
    private static final TestCallers CALLERS = new TestCallers(KeyPairs.FIRST);
    private static final String SERVICE = CALLERS.header(new Principal.Service("generation"), Duration.ofMinutes(5));
    private static final Vertx VERTX = Vertx.vertx();
    private static final CompletableFuture<Void> SLOW_BEGUN = new CompletableFuture<>();
    private static final CompletableFuture<Answer> SLOW_ANSWER = new CompletableFuture<>();
    private static final CompletableFuture<Answer> SLOW_DONE = new CompletableFuture<>();

    private static HttpServer server;
    private static HttpClient client;

    record Echo(String text, String name, String requestId) {}

    record Said(String text) {}

    @BeforeAll
    static void start() throws Exception {
        ObjectMapper json = new ObjectMapper();
        new SnakeCase().customize(json);
        JsonRoutes routes = new JsonRoutes(CALLERS.caller(), json);
        Router router = Router.router(VERTX);
        routes.serve(router, "/echo/:name", Endpoint.post(Principal.Service.class, BODY_LIMIT, call -> {
            String text = call.body(Said.class).text();
            return Uni.createFrom()
                    .item(new Answer(
                            201,
                            Map.of("X-Name", call.pathParameter("name")),
                            new Echo(text, call.principal().name(), call.requestId())));
        }));
        routes.serve(router, "/thrown", Endpoint.get(Principal.Service.class, call -> {
            throw new IllegalStateException("secret");
        }));
        routes.serve(router, "/busy", Endpoint.get(Principal.Service.class, call -> Uni.createFrom()
                .failure(Problem.unavailable("Busy.", Duration.ofMillis(1500)).with("X-Session-Id", "one"))));
        routes.serve(router, "/read", Endpoint.get(Principal.Service.class, call -> Uni.createFrom()
                .item(new Answer(200, Map.of("X-Name", "one"), new Said("hello")))));
        routes.serve(router, "/of-store", Endpoint.get(Principal.OfStore.class, call -> Uni.createFrom()
                .item(Answer.ok(new Said(call.ofStore().storeId().toString())))));
        routes.serve(router, "/slow", Endpoint.get(Principal.Service.class, call -> {
            SLOW_BEGUN.complete(null);
            return Uni.createFrom().completionStage(SLOW_ANSWER).invoke(SLOW_DONE::complete);
        }));
        server = VERTX.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static HttpResponse<String> call(String method, String path, Optional<String> identity, BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.actualPort() + path))
                .timeout(Duration.ofSeconds(10))
                .header("X-Request-Id", "req_1")
                .method(method, body);
        identity.ifPresent(value -> request.header("Authorization", value));
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return call("POST", "/echo/bob", Optional.of(SERVICE), BodyPublishers.ofString(body));
    }

    @Test
    void answersWithJsonAndTheRequestId() throws Exception {
        var answer = post("{\"text\": \"hello\"}");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("{\"text\":\"hello\",\"name\":\"generation\",\"request_id\":\"req_1\"}");
        assertThat(answer.headers().map())
                .containsEntry("x-name", List.of("bob"))
                .containsEntry("x-request-id", List.of("req_1"))
                .containsEntry("content-type", List.of("application/json;charset=UTF-8"));
    }

    @Test
    void refusesACallerWithoutAValidIdentity() throws Exception {
        String expired = CALLERS.header(new Principal.Service("generation"), Duration.ofSeconds(-2));
        String ofAnotherKey =
                new TestCallers(KeyPairs.SECOND).header(new Principal.Service("generation"), Duration.ofMinutes(5));
        for (Optional<String> identity : List.of(
                Optional.<String>empty(),
                Optional.of("Bearer "),
                Optional.of("Basic abc"),
                Optional.of("Bearer a.b.c"),
                Optional.of(expired),
                Optional.of(ofAnotherKey))) {
            var answer = call("POST", "/echo/bob", identity, BodyPublishers.ofString("{}"));
            assertThat(answer.statusCode()).as("%s", identity).isEqualTo(401);
            assertThat(answer.body()).contains("INVALID_API_KEY");
        }
    }

    @Test
    void hidesAPathFromOtherRoles() throws Exception {
        String consumer = CALLERS.header(new Principal.Consumer(UUID.randomUUID()), Duration.ofMinutes(5));
        var answer = call("POST", "/echo/bob", Optional.of(consumer), BodyPublishers.ofString("{}"));
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("NOT_FOUND");
    }

    @Test
    void admitsEachKindOfCallerThatTheRouteIsFor() throws Exception {
        UUID store = UUID.randomUUID();
        var terms = new Principal.Terms(
                Principal.BillingMode.ABSORB_MODE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty());
        for (Principal caller : List.of(
                new Principal.Store(store, Optional.empty(), Optional.empty(), terms),
                new Principal.ShopperToken(UUID.randomUUID(), store, Optional.empty(), Optional.empty(), terms))) {
            var answer = call("GET", "/of-store", Optional.of(header(caller)), BodyPublishers.noBody());
            assertThat(answer.statusCode()).as(caller.role()).isEqualTo(200);
            assertThat(answer.body()).contains(store.toString());
            assertThat(call("GET", "/read", Optional.of(header(caller)), BodyPublishers.noBody())
                            .statusCode())
                    .as(caller.role())
                    .isEqualTo(404);
        }
        for (Principal caller : List.of(new Principal.Service("generation"), new Principal.Consumer(store))) {
            assertThat(call("GET", "/of-store", Optional.of(header(caller)), BodyPublishers.noBody())
                            .statusCode())
                    .as(caller.role())
                    .isEqualTo(404);
        }
    }

    private static String header(Principal caller) {
        return CALLERS.header(caller, Duration.ofMinutes(5));
    }

    @Test
    void refusesOtherMethodsAndNamesTheAllowedOnes() throws Exception {
        var answer = call("GET", "/echo/bob", Optional.of(SERVICE), BodyPublishers.noBody());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
        assertThat(answer.body()).contains("METHOD_NOT_ALLOWED");
    }

    /** RFC 9110, 9.3.2. */
    @Test
    void answersHeadLikeGetWithoutABody() throws Exception {
        for (String path : List.of("/read", "/busy")) {
            var get = call("GET", path, Optional.of(SERVICE), BodyPublishers.noBody());
            var head = call("HEAD", path, Optional.of(SERVICE), BodyPublishers.noBody());
            assertThat(head.statusCode()).isEqualTo(get.statusCode());
            assertThat(head.headers().map()).isEqualTo(get.headers().map());
            assertThat(get.body()).isNotEmpty();
            assertThat(head.body()).isEmpty();
        }
        var wrong = call("POST", "/read", Optional.of(SERVICE), BodyPublishers.noBody());
        assertThat(wrong.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(call("HEAD", "/echo/bob", Optional.of(SERVICE), BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void refusesABodyAboveTheLimitWithAndWithoutALength() throws Exception {
        byte[] large = "x".repeat(BODY_LIMIT + 1).getBytes(StandardCharsets.US_ASCII);
        for (BodyPublisher body : List.of(
                BodyPublishers.ofByteArray(large),
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))) {
            var answer = call("POST", "/echo/bob", Optional.of(SERVICE), body);
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("PAYLOAD_TOO_LARGE");
        }
        String fits = "{\"text\":\"" + "x".repeat(BODY_LIMIT - 11) + "\"}";
        assertThat(post(fits).statusCode()).isEqualTo(201);
    }

    @Test
    void refusesABodyThatIsNotTheExpectedJson() throws Exception {
        assertThat(post("{\"text\": \"a\"").body()).contains("VALIDATION_ERROR", "line 1");
        assertThat(post("{\"text\": 5}").body()).contains("text does not have a value that this endpoint expects");
        assertThat(post("").statusCode()).isEqualTo(400);
    }

    @Test
    void rendersAProblemWithItsHeaders() throws Exception {
        var answer = call("GET", "/busy", Optional.of(SERVICE), BodyPublishers.noBody());
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("2");
        assertThat(answer.headers().firstValue("X-Session-Id")).contains("one");
        assertThat(answer.body()).isEqualTo("{\"code\":\"SERVICE_UNAVAILABLE\",\"message\":\"Busy.\"}");
    }

    @Test
    void hidesTheTextOfAnUnexpectedFault() throws Exception {
        var answer = call("GET", "/thrown", Optional.of(SERVICE), BodyPublishers.noBody());
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("INTERNAL_ERROR").doesNotContain("secret");
    }

    @Test
    void endsTheWorkOfACallerThatHasDisconnected() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
            socket.getOutputStream()
                    .write("GET /slow HTTP/1.1\r\nHost: a\r\nAuthorization: %s\r\n\r\n"
                            .formatted(SERVICE)
                            .getBytes(StandardCharsets.US_ASCII));
            SLOW_BEGUN.get(10, TimeUnit.SECONDS);
        }
        SLOW_ANSWER.complete(Answer.ok(Map.of()));
        assertThat(SLOW_DONE.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
    }

    /** The rest of a refused body is read, so that the connection can be used again. */
    @Test
    void keepsTheConnectionAfterARefusedBody() throws Exception {
        String request = "POST /echo/bob HTTP/1.1\r\nHost: a\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(SERVICE, 3 * BODY_LIMIT, "x".repeat(3 * BODY_LIMIT));
        try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
            socket.setSoTimeout(10_000);
            InputStream answers = socket.getInputStream();
            for (int time = 0; time < 2; time++) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                assertThat(head(answers)).startsWith("HTTP/1.1 413");
            }
        }
    }

    private static String head(InputStream answers) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("}") < 0) {
            int next = answers.read();
            assertThat(next).as("the connection is open").isNotNegative();
            text.append((char) next);
        }
        return text.toString();
    }
}
