package dev.wearon.storage;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import dev.wearon.processes.Database;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.sql.Statements;
import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.Blob;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.Superuser;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service answers 503 with Retry-After while the database is not available, for any reason. */
@QuarkusTest
@WithServers
class DatabaseUnavailableTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String ROLE = Database.role("storage");
    private static final String END_CONNECTIONS =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%s'".formatted(ROLE);

    @Inject
    Backend backend;

    private final FaultProxy postgres = SuiteServers.faultProxy("postgres");
    private final UUID store = UUID.randomUUID();
    private Upload upload;
    private Set<String> before;

    @BeforeEach
    void upload() {
        upload = Client.upload(store, "image/jpeg", Client.jpeg(500, 1));
        before = blobs();
    }

    /** Waits until the service has recovered. Deletes the blobs of uploads whose row could not be inserted. */
    @AfterEach
    void recovers() {
        Await.until(TIMEOUT, () -> read().statusCode(), status -> status == 200);
        blobs().stream()
                .filter(blob -> !before.contains(blob))
                .forEach(blob -> backend.delete(blob).await().atMost(TIMEOUT));
    }

    private Set<String> blobs() {
        return backend.list()
                .map(Blob::name)
                .collect()
                .with(Collectors.toSet())
                .await()
                .atMost(TIMEOUT);
    }

    private Response read() {
        return Client.get(upload.imageUrl());
    }

    private static Response post(String identity, String path, Map<String, ?> body) {
        return given().header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(body)
                .post(path);
    }

    private static void assertUnavailable(Response answer) {
        answer.then()
                .statusCode(503)
                .header("Retry-After", matchesPattern("[1-9]\\d*"))
                .body("code", equalTo("SERVICE_UNAVAILABLE"));
    }

    private static Connection superuser() throws SQLException {
        PostgresAddress address = SuiteServers.superuser();
        return DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties());
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = superuser();
                var statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static <T> CompletableFuture<T> async(Supplier<T> call) {
        return CompletableFuture.supplyAsync(call, Thread::startVirtualThread);
    }

    @Test
    void answers503OnEveryRouteWhenConnectionsAreRefused() throws Exception {
        Upload free = Client.requestUpload(store, "image/jpeg");
        String ofStore = TestIdentities.store(store);
        String ofService = TestIdentities.service("gateway");
        try (var away = postgres.refuse()) {
            assertUnavailable(read());
            assertThat(Client.exactly().head(Client.local(upload.imageUrl())).statusCode())
                    .isEqualTo(503);
            assertUnavailable(Client.put(free.uploadUrl(), "image/jpeg", Client.jpeg(500, 2)));
            assertUnavailable(Client.storeResult(store, UUID.randomUUID(), Client.jpeg(500, 3)));
            assertUnavailable(given().header("Authorization", ofService)
                    .get("/internal/v1/stores/{store}/objects?path={path}", store, upload.path()));
            assertUnavailable(post(ofStore, "/api/v1/storage/downloads", Map.of("paths", List.of(upload.path()))));
            assertUnavailable(post(
                    ofStore,
                    "/internal/v1/objects/resolve",
                    Map.of("image_urls", List.of(upload.imageUrl()), "live_for_seconds", 1)));
            assertUnavailable(post(ofService, "/internal/v1/objects/missing", Map.of("paths", List.of(upload.path()))));
            assertUnavailable(post(
                    ofService,
                    "/internal/v1/stores/%s/state".formatted(store),
                    Map.of(
                            "event_id",
                            UUID.randomUUID(),
                            "status",
                            "active",
                            "changed_at",
                            Instant.now().toString())));
            assertUnavailable(given().header("Authorization", ofService).get("/internal/v1/storage/orphans"));
        }
    }

    /** A route that queries a database whose host name does not resolve. */
    @Path("/of-a-test/unresolved")
    @ApplicationScoped
    static class Unresolved {

        @Inject
        Vertx vertx;

        @GET
        public Uni<Integer> ask() {
            var nowhere = new PgConnectOptions()
                    .setHost("nowhere.invalid")
                    .setDatabase("x")
                    .setUser("x");
            Pool pool = Pool.newInstance(PgBuilder.pool()
                    .connectingTo(nowhere)
                    .using(vertx.getDelegate())
                    .build());
            return new Statements(pool, Duration.ofSeconds(5))
                    .count("SELECT 1", Tuple.tuple())
                    .eventually(pool::close);
        }
    }

    @Test
    void answers503WhenTheHostNameDoesNotResolve() {
        assertUnavailable(given().get("/of-a-test/unresolved"));
    }

    @Test
    void answers503WhenTheDatabaseDoesNotReply() {
        try (var silent = postgres.on().hold()) {
            assertUnavailable(read());
            silent.awaitMatched(1);
        }
    }

    @Test
    void answers503WhenTheConnectionEndsBeforeTheReply() {
        // A statement of a job may get the fault in place of the read.
        Response refused = Await.until(
                TIMEOUT,
                () -> {
                    try (var cut = postgres.on().once().dropReply()) {
                        Response answer = read();
                        cut.awaitMatched(1);
                        return answer;
                    }
                },
                answer -> answer.statusCode() != 200);
        assertUnavailable(refused);
    }

    @Test
    void answers503WhenTheConnectionEndsBeforeTheQueryArrives() {
        try (var held = postgres.on().hold()) {
            CompletableFuture<Response> reading = async(this::read);
            held.awaitMatched(1);
            postgres.cut();
            assertUnavailable(reading.join());
        }
    }

    /** Cuts connections at random times: while they are opened, used, returned, or idle in the pool. */
    @Test
    void answers200Or503WhileConnectionsAreCut() {
        List<CompletableFuture<Set<Integer>>> readers = IntStream.range(0, 8)
                .mapToObj(i -> async(() -> IntStream.range(0, 20)
                        .mapToObj(j -> read().statusCode())
                        .collect(Collectors.toSet())))
                .toList();
        Await.until(
                TIMEOUT,
                () -> {
                    postgres.cut();
                    return readers.stream().allMatch(CompletableFuture::isDone);
                },
                done -> done);
        assertThat(readers.stream().flatMap(reader -> reader.join().stream()))
                .contains(503)
                .isSubsetOf(200, 503);
    }

    @Test
    void answers503WhenTheServerEndsTheSessionDuringAQuery() throws Exception {
        try (Connection locking = superuser()) {
            locking.setAutoCommit(false);
            locking.createStatement().execute("LOCK TABLE storage.objects IN ACCESS EXCLUSIVE MODE");
            CompletableFuture<Response> reading = async(this::read);
            awaitLockWait();
            execute(END_CONNECTIONS);
            assertUnavailable(reading.join());
            locking.rollback();
        }
    }

    private static void awaitLockWait() {
        Await.until(
                TIMEOUT,
                () -> Superuser.query(
                        "SELECT count(*) FROM pg_stat_activity WHERE usename = ? AND wait_event_type = 'Lock'", ROLE),
                count -> !count.equals("0"));
    }

    @Test
    void answers503WhenTheRoleMayNotLogIn() throws Exception {
        try {
            execute("ALTER ROLE %s NOLOGIN".formatted(ROLE), END_CONNECTIONS);
            assertUnavailable(read());
        } finally {
            execute("ALTER ROLE %s LOGIN".formatted(ROLE));
        }
    }

    @Test
    void answers503AtTheConnectionLimit() throws Exception {
        try {
            execute("ALTER ROLE %s CONNECTION LIMIT 0".formatted(ROLE), END_CONNECTIONS);
            assertUnavailable(read());
        } finally {
            execute("ALTER ROLE %s CONNECTION LIMIT -1".formatted(ROLE));
        }
    }

    /** Some requests wait for a connection, the others have one and wait for the lock. */
    @Test
    void answers503WhenThePoolIsExhausted() throws Exception {
        try (Connection locking = superuser()) {
            locking.setAutoCommit(false);
            locking.createStatement().execute("LOCK TABLE storage.objects IN ACCESS EXCLUSIVE MODE");
            List<CompletableFuture<Response>> readings =
                    IntStream.range(0, 40).mapToObj(i -> async(this::read)).toList();
            readings.forEach(reading -> assertUnavailable(reading.join()));
            locking.rollback();
        }
    }
}
