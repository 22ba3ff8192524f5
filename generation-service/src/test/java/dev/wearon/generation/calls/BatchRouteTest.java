package dev.wearon.generation.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.batching.Batcher;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches over real HTTP connections to a server that misbehaves. */
class BatchRouteTest {

    /** Of the tests whose server answers. The first call of a JVM may be slow. */
    private static final Duration AMPLE = Duration.ofSeconds(30);

    /** Of the tests whose server does not answer. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final int MEMBERS = 50;

    /** The answer of the server to its n-th request, counted from 0. */
    private interface Behaviour {
        void answer(int n, HttpServerRequest request);
    }

    private record Batch(List<String> members) {}

    private record Answers(List<String> answers) {}

    private final Vertx vertx = Vertx.vertx();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour;
    private int port;
    private HttpCalls http;
    private ServiceCalls calls;
    private Batcher<String, String> batcher;

    @BeforeEach
    void start() throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.bodyHandler(body -> {
                    requests.add(request.path() + " " + body);
                    behaviour.answer(requests.size() - 1, request);
                }))
                .listen(0)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        port = server.actualPort();
        CallsConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(CallsConfig.class)
                .build()
                .getConfigMapping(CallsConfig.class);
        http = new HttpCalls(vertx, config);
        call(AMPLE);
    }

    private void call(Duration limit) {
        calls = new ServiceCalls.Factory(http, new ObjectMapper())
                .to(List.of(URI.create("http://127.0.0.1:" + port)), BatchRoute.attempt(limit));
        batcher = new Batcher<>(
                new BatchRoute<>(
                        members -> calls.post("/batch", "Bearer s", null, new Batch(members), Answers.class)
                                .map(Answers::answers),
                        member -> calls.post("/single", "Bearer m", null, member, String.class)),
                new Batcher.Limits(64, 1, Duration.ofMillis(50), 100, limit));
    }

    @AfterEach
    void stop() {
        http.close();
        vertx.close();
    }

    /** Fifty requests of one tick. Each answer is the item, or the name of the failure. */
    private List<String> submitAll() throws Exception {
        return Uni.join()
                .all(IntStream.range(0, MEMBERS)
                        .mapToObj(n -> batcher.submit("m" + n).onFailure().recoverWithItem(fault -> fault.getClass()
                                .getSimpleName()))
                        .toList())
                .andCollectFailures()
                .runSubscriptionOn(task -> vertx.runOnContext(tick -> task.run()))
                .subscribeAsCompletionStage()
                .get(60, TimeUnit.SECONDS);
    }

    private static void answerAll(HttpServerRequest request) {
        request.response().end("{\"answers\":[" + "\"done\",".repeat(MEMBERS - 1) + "\"refused\"]}");
    }

    private static List<String> all(String answer) {
        return IntStream.range(0, MEMBERS).mapToObj(n -> answer).toList();
    }

    private void assertWholeBatches(int times) {
        assertThat(requests).hasSize(times).allMatch(request -> request.startsWith("/batch "));
        assertThat(requests).allMatch(request -> request.contains("\"m0\"") && request.contains("\"m49\""));
    }

    @Test
    void giveEachRequestItsOwnAnswer() throws Exception {
        behaviour = (n, request) -> answerAll(request);
        assertThat(submitAll()).startsWith("done", "done").endsWith("done", "refused");
        assertWholeBatches(1);
    }

    @Nested
    class AreSentOnceMore {

        @Test
        void whenTheConnectionIsClosed() throws Exception {
            behaviour = (n, request) -> {
                if (n == 0) {
                    request.connection().close();
                } else {
                    answerAll(request);
                }
            };
            assertThat(submitAll()).contains("done", "refused").hasSize(MEMBERS);
            assertWholeBatches(2);
        }

        @Test
        void whenTheAnswerIsLate() throws Exception {
            call(LIMIT);
            behaviour = (n, request) -> {
                if (n > 0) {
                    answerAll(request);
                }
            };
            assertThat(submitAll()).contains("done", "refused");
            assertWholeBatches(2);
        }

        @Test
        void whenTheBodyBreaksOff() throws Exception {
            behaviour = (n, request) -> {
                if (n == 0) {
                    request.response().setChunked(true).write("{\"answers\":[");
                    request.connection().close();
                } else {
                    answerAll(request);
                }
            };
            assertThat(submitAll()).contains("done", "refused");
            assertWholeBatches(2);
        }
    }

    @Nested
    class AreUnknownToEachRequest {

        @Test
        void withoutAnAnswerInTime() throws Exception {
            call(LIMIT);
            behaviour = (n, request) -> {};
            long begun = System.nanoTime();
            assertThat(submitAll()).isEqualTo(all("TimeoutException"));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(LIMIT, AMPLE.minusSeconds(5));
            // On a busy machine no time is left for a second one.
            assertWholeBatches(requests.size() == 1 ? 1 : 2);
        }

        @Test
        void whenTheConnectionIsClosedTwice() throws Exception {
            behaviour = (n, request) -> request.connection().close();
            assertThat(submitAll()).containsOnly("HttpClosedException");
            assertWholeBatches(2);
        }

        @Test
        void withFewerAnswers() throws Exception {
            behaviour = (n, request) -> request.response().end("{\"answers\":[\"done\"]}");
            assertThat(submitAll()).isEqualTo(all("IllegalStateException"));
            assertWholeBatches(1);
        }
    }

    /** The service decided, so a repeat would not help. */
    @Test
    void failEachRequestWithTheFaultOfTheService() throws Exception {
        behaviour = (n, request) ->
                request.response().setStatusCode(503).end("{\"code\":\"SERVICE_UNAVAILABLE\",\"message\":\"Busy.\"}");
        assertThat(submitAll()).isEqualTo(all("ErrorResponse"));
        assertWholeBatches(1);
    }

    /** The version before has no batch route. It refuses a body that is larger than a single request before that. */
    @ParameterizedTest
    @ValueSource(ints = {404, 413})
    void areSentOneByOneWhenTheRouteDoesNotExist(int status) throws Exception {
        behaviour = (n, request) -> {
            if (request.path().equals("/batch")) {
                request.response().setStatusCode(status).end("{\"code\":\"NOT_FOUND\",\"message\":\"\"}");
            } else {
                request.response().end("\"done\"");
            }
        };
        assertThat(submitAll()).isEqualTo(all("done"));
        assertThat(requests).hasSize(1 + MEMBERS);
    }

    /** Each of them is answered after the others had the time to arrive. */
    @Test
    void areNotSentAllAtOnceWhenTheRouteDoesNotExist() throws Exception {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        behaviour = (n, request) -> {
            if (request.path().equals("/batch")) {
                request.response().setStatusCode(404).end("{\"code\":\"NOT_FOUND\",\"message\":\"\"}");
                return;
            }
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            vertx.setTimer(20, later -> {
                open.decrementAndGet();
                request.response().end("\"done\"");
            });
        };
        assertThat(submitAll()).isEqualTo(all("done"));
        assertThat(most.get()).isBetween(2, 16);
    }

    @Test
    void leaveNoAnswerAboveTheLimit() {
        behaviour = (n, request) -> request.response().end("x".repeat(2_000));
        assertThat(bytes(2_000)).isEqualTo(2_000);
        assertThatThrownBy(() -> bytes(1_999)).hasMessage("The answer is larger than 1999 bytes");
    }

    private int bytes(int limit) {
        return calls.getBytes("/picture", "Bearer s", "r", limit).await().atMost(Duration.ofSeconds(10)).length;
    }
}
