package dev.wearon.gateway.forwarding;

import static dev.wearon.gateway.testing.FakeServices.generation;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import io.netty.channel.EventLoopGroup;
import io.quarkus.netty.MainEventLoopGroup;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Serves 128 clients that create at the same time through a slow service, and refuses none of them. */
@QuarkusTest
@TestProfile(ManyClientsTest.Patient.class)
@Tag("thorough")
class ManyClientsTest {

    /** A busy machine takes long to look up hundreds of keys. That is no refusal. */
    public static final class Patient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("wearon.keys.lookup-timeout", "20s");
        }
    }

    private static final int CLIENTS = 128;
    private static final int CLIENTS_OF_A_LOOP = 192;
    private static final int CREATES_EACH = 4;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long SERVICE_MS = 200;

    @Inject
    @MainEventLoopGroup
    EventLoopGroup loops;

    private final List<Socket> clients = new ArrayList<>();

    @BeforeEach
    void slowService() {
        generation().behaves((request, body) -> Vertx.currentContext()
                .owner()
                .setTimer(SERVICE_MS, later -> request.response()
                        .setStatusCode(201)
                        .putHeader("Content-Type", "application/json")
                        .end("{}")));
    }

    @AfterEach
    void disconnect() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    /** Each create of a client is for another store, whose key the gateway has not used yet. */
    @Test
    void ofManyStores() throws IOException {
        assertThat(statuses(keys(CLIENTS * CREATES_EACH), connect(CLIENTS, 1)))
                .containsExactly(Map.entry(201, (long) CLIENTS * CREATES_EACH));
    }

    @Test
    void ofOneStore() throws IOException {
        assertThat(statuses(keys(1), connect(CLIENTS, 1)))
                .containsExactly(Map.entry(201, (long) CLIENTS * CREATES_EACH));
    }

    /** Connections get the event loops in turn. When some of them have closed, the others may all be of the same loop. */
    @Test
    void ofOneEventLoop() throws IOException {
        assertThat(statuses(keys(16), connect(CLIENTS_OF_A_LOOP, eachOfALoop())))
                .containsExactly(Map.entry(201, (long) CLIENTS_OF_A_LOOP * CREATES_EACH));
    }

    /** The wait for a connection has a limit, too. */
    @Test
    void refusesCallsAboveTheConnectionsAndTheQueueOfALoop() throws Exception {
        Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
        generation().behavesRaw(held::add);
        int connections = Math.max(16, Math.ceilDiv(512, eachOfALoop()));
        int capacity = connections + Math.max(256, connections);
        int more = 10;
        List<String> keys = keys(3);
        List<Socket> sockets = connect(capacity + more, eachOfALoop());
        Queue<String> answers = new ConcurrentLinkedQueue<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < sockets.size(); i++) {
                Socket client = sockets.get(i);
                String key = keys.get(i % keys.size());
                threads.submit(() -> answers.add(create(client, key)));
            }
            Await.until(TIMEOUT, answers::size, count -> count >= more);
            generation().answers(201, "{}");
            for (HttpServerRequest request = held.poll(); request != null; request = held.poll()) {
                request.response()
                        .setStatusCode(201)
                        .putHeader("Content-Type", "application/json")
                        .end("{}");
            }
        }
        assertThat(answers).hasSize(capacity + more);
        List<String> refused =
                answers.stream().filter(answer -> !answer.contains(" 201 ")).toList();
        // On a slow machine further calls may wait too long for a connection.
        assertThat(refused).hasSizeGreaterThanOrEqualTo(more).allSatisfy(answer -> assertThat(answer)
                .startsWith("HTTP/1.1 503 ")
                .containsIgnoringCase("Retry-After: 1"));
    }

    /** A key of each of so many new stores. */
    private static List<String> keys(int stores) {
        List<String> keys = Stream.generate(
                        () -> "wk_" + UUID.randomUUID().toString().replace("-", ""))
                .limit(stores)
                .toList();
        Merchant.sql("""
                WITH offered AS (SELECT gen_random_uuid() AS store_id, value FROM unnest(string_to_array(?, ',')) AS value),
                opened AS (
                    INSERT INTO gateway.stores (id, shop_domain)
                    SELECT store_id, 'shop-' || store_id || '.example.com' FROM offered)
                INSERT INTO gateway.store_api_keys (store_id, key_hash, key_prefix)
                SELECT store_id, encode(sha256(convert_to(value, 'UTF8')), 'hex'), left(value, 16) FROM offered
                """, String.join(",", keys));
        return keys;
    }

    /** Each connection with this distance belongs to the same event loop. */
    private int eachOfALoop() {
        return (int) StreamSupport.stream(loops.spliterator(), false).count();
    }

    /** Uses each {@code every}th connection. */
    private List<Socket> connect(int count, int every) throws IOException {
        for (int i = 0; i < count * every; i++) {
            Socket client = new Socket("127.0.0.1", RestAssured.port);
            client.setSoTimeout(15_000);
            clients.add(client);
        }
        return IntStream.range(0, count)
                .mapToObj(client -> clients.get(client * every))
                .toList();
    }

    private static Map<Integer, Long> statuses(List<String> keys, List<Socket> clients) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return IntStream.range(0, clients.size())
                    .mapToObj(client -> threads.submit(() -> IntStream.range(0, CREATES_EACH)
                            .mapToObj(create -> keys.get((client * CREATES_EACH + create) % keys.size()))
                            .map(key -> Integer.valueOf(
                                    create(clients.get(client), key).split(" ")[1]))
                            .toList()))
                    .toList()
                    .stream()
                    .flatMap(statuses -> {
                        try {
                            return statuses.get().stream();
                        } catch (Exception failed) {
                            throw new AssertionError(failed);
                        }
                    })
                    .collect(groupingBy(identity(), counting()));
        }
    }

    private static String create(Socket client, String key) {
        try {
            client.getOutputStream()
                    .write(("POST /api/v1/generation/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nAuthorization:"
                                    + " Bearer " + key + "\r\n\r\n{}")
                            .getBytes(StandardCharsets.US_ASCII));
            return answer(
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII)));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Reads a whole answer, so that the connection can be used again. Returns its head. */
    private static String answer(BufferedReader in) throws IOException {
        StringBuilder head = new StringBuilder();
        int length = 0;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            head.append(line).append('\n');
            if (line.toLowerCase().startsWith("content-length:")) {
                length = Integer.parseInt(
                        line.substring("content-length:".length()).strip());
            }
        }
        in.skip(length);
        return head.toString();
    }
}
