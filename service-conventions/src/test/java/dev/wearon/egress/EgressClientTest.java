package dev.wearon.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.egress.EgressClient.Answer;
import dev.wearon.egress.EgressClient.Response;
import dev.wearon.egress.EgressGuard.Destination;
import dev.wearon.egress.EgressGuard.Target;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers at an address that the name of the URL does not have. */
class EgressClientTest {

    private static final String PASSWORD = "of-a-test";
    private static final int LIMIT = 100_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private EgressClient client;

    @TempDir
    Path folder;

    @BeforeEach
    void open() {
        client = new EgressClient(vertx, Duration.ofSeconds(5));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private int listen(HttpServerOptions options) throws Exception {
        HttpServer server = vertx.createHttpServer(options).requestHandler(this::serve);
        return server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    private void serve(HttpServerRequest request) {
        seen.add(request.path() + " " + request.authority() + " "
                + request.connection().indicatedServerName());
        var response = request.response();
        switch (request.path()) {
            case "/redirect" ->
                response.setStatusCode(302).putHeader("Location", "/whole").end();
            case "/missing" -> response.setStatusCode(404).end("no");
            case "/whole" -> response.end(Buffer.buffer(new byte[LIMIT]));
            case "/chunked" -> {
                response.setChunked(true).write(Buffer.buffer(new byte[LIMIT]));
                response.end();
            }
            case "/large" -> response.end(Buffer.buffer(new byte[LIMIT + 1]));
            case "/endless" -> {
                response.setChunked(true);
                writeOn(request);
            }
            case "/cut" -> {
                response.putHeader("Content-Length", "1000").write(Buffer.buffer(new byte[10]));
                request.connection().close();
            }
            case "/silent" -> {}
            case "/drops" -> {
                response.setChunked(true);
                vertx.setPeriodic(50, drop -> response.write("."));
            }
            case "/echo" ->
                request.body().onSuccess(body -> response.setStatusCode(429)
                        .putHeader("Retry-After", "7")
                        .end(request.method() + " " + request.getHeader("x-of-a-test") + " " + body));
            default -> response.setChunked(true).write("begins and does not end");
        }
    }

    private static void writeOn(HttpServerRequest request) {
        request.response().write(Buffer.buffer(new byte[10_000])).onSuccess(written -> writeOn(request));
    }

    private Answer get(String host, int port, boolean tls, String path, Duration timeout) throws Exception {
        var target = new Target(host, port, tls, path, true);
        return client.get(new Destination(target, InetAddress.getByName("127.0.0.1")), "image/jpeg", LIMIT, timeout)
                .await()
                .atMost(Duration.ofSeconds(30));
    }

    @Test
    void connectsToTheCheckedAddressAndNamesTheHost() throws Exception {
        int port = listen(new HttpServerOptions());
        assertThat(get("images.test", port, false, "/whole?v=1", TIMEOUT))
                .isInstanceOfSatisfying(Answer.Received.class, answer -> {
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.body().length()).isEqualTo(LIMIT);
                });
        assertThat(seen).singleElement().asString().startsWith("/whole images.test:" + port);
    }

    @Test
    void requiresACertificateOfTheNameThatItTrusts() throws Exception {
        PfxOptions keys = certificateOf("images.test");
        int port = listen(new HttpServerOptions().setSsl(true).setSni(true).setPfxKeyCertOptions(keys));
        assertThat(get("images.test", port, true, "/whole", TIMEOUT)).isInstanceOf(Answer.None.class);

        client = new EgressClient(vertx, new HttpClientOptions().setPfxTrustOptions(keys), Duration.ofSeconds(5));
        assertThat(get("other.test", port, true, "/whole", TIMEOUT)).isInstanceOf(Answer.None.class);
        assertThat(seen).isEmpty();

        assertThat(get("images.test", port, true, "/whole", TIMEOUT)).isInstanceOf(Answer.Received.class);
        assertThat(seen).containsExactly("/whole images.test:" + port + " images.test");
    }

    private PfxOptions certificateOf(String name) throws Exception {
        Path file = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "test",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:" + name,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        return new PfxOptions().setPath(file.toString()).setPassword(PASSWORD);
    }

    @Test
    void followsNoRedirect() throws Exception {
        int port = listen(new HttpServerOptions());
        assertThat(get("images.test", port, false, "/redirect", TIMEOUT))
                .isEqualTo(new Answer.Received(302, Buffer.buffer()));
        assertThat(get("images.test", port, false, "/missing", TIMEOUT))
                .isEqualTo(new Answer.Received(404, Buffer.buffer()));
        assertThat(seen).hasSize(2);
    }

    @Test
    void readsNoMoreThanTheLimit() throws Exception {
        int port = listen(new HttpServerOptions());
        assertThat(get("images.test", port, false, "/chunked", TIMEOUT)).isInstanceOf(Answer.Received.class);
        assertThat(get("images.test", port, false, "/large", TIMEOUT)).isInstanceOf(Answer.TooLarge.class);
        assertThat(get("images.test", port, false, "/endless", TIMEOUT)).isInstanceOf(Answer.TooLarge.class);
    }

    @Test
    void endsInTimeWithoutAWholeAnswer() throws Exception {
        int port = listen(new HttpServerOptions());
        Duration soon = Duration.ofMillis(500);
        assertThat(get("images.test", port, false, "/silent", soon)).isInstanceOf(Answer.None.class);
        assertThat(get("images.test", port, false, "/unended", soon)).isInstanceOf(Answer.None.class);
        assertThat(get("images.test", port, false, "/cut", TIMEOUT)).isInstanceOf(Answer.None.class);
        assertThat(get("images.test", 1, false, "/whole", TIMEOUT)).isInstanceOf(Answer.None.class);
    }

    private Response post(int port, String path, Duration timeout) throws Exception {
        var target = new Target("hooks.test", port, false, path, true);
        return client.post(
                        new Destination(target, InetAddress.getByName("127.0.0.1")),
                        Map.of("x-of-a-test", "header"),
                        Buffer.buffer("body"),
                        1_000,
                        timeout)
                .await()
                .atMost(Duration.ofSeconds(30));
    }

    @Test
    void postsToTheCheckedAddressAndReadsTheStartOfEveryAnswer() throws Exception {
        int port = listen(new HttpServerOptions());
        assertThat(post(port, "/echo", TIMEOUT))
                .isEqualTo(new Response.Answered(429, Buffer.buffer("POST header body"), "7"));
        assertThat(post(port, "/redirect", TIMEOUT)).isEqualTo(new Response.Answered(302, Buffer.buffer(), null));
        assertThat(post(port, "/endless", TIMEOUT))
                .isEqualTo(new Response.Answered(200, Buffer.buffer(new byte[1_000]), null));
        assertThat(seen).allMatch(line -> line.contains(" hooks.test:" + port));
        assertThat(seen).noneMatch(line -> line.startsWith("/whole"));
    }

    @Test
    void tellsAPostThatIsLateFromOneThatFails() throws Exception {
        int port = listen(new HttpServerOptions());
        for (String path : List.of("/silent", "/unended", "/drops")) {
            assertThat(post(port, path, Duration.ofMillis(300))).as(path).isEqualTo(new Response.Unanswered(true));
        }
        assertThat(post(port, "/cut", TIMEOUT)).isEqualTo(new Response.Unanswered(false));
        assertThat(post(1, "/", TIMEOUT)).isEqualTo(new Response.Unanswered(false));
    }
}
