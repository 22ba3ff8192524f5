package dev.wearon.gateway.outbox;

import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.gateway.testing.FakeService;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.sql.Statements;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The relay does not run in the background; each test runs it. */
@QuarkusTest
class OutboxRelayTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private UUID store;

    @Inject
    OutboxRelay relay;

    @Inject
    JWTParser identities;

    @Inject
    Vertx vertx;

    @TestHTTPResource(value = "/metrics", management = true)
    URL metrics;

    @BeforeEach
    void clearTheOutbox() {
        store = Merchant.inAbsorbMode().storeId();
        sql("DELETE FROM gateway.outbox");
        FakeServices.storage().answers(200, "{\"outcome\":\"applied\"}");
    }

    private void setStatus(String status) {
        sql("UPDATE gateway.stores SET status = ? WHERE id = ?::uuid", status, store.toString());
    }

    private static String waiting() {
        return ask("SELECT count(*) FROM gateway.outbox");
    }

    /** Makes all events due. */
    private static void makeDue() {
        sql("UPDATE gateway.outbox SET due_at = now()");
    }

    private OutboxRelay.Counts run() {
        return relay.runOnce().await().atMost(Duration.ofSeconds(20));
    }

    private static List<JsonNode> sent() {
        return FakeServices.storage().seen().stream().map(OutboxRelayTest::body).toList();
    }

    private static List<String> statuses() {
        return sent().stream().map(change -> change.get("status").textValue()).toList();
    }

    private static JsonNode body(FakeService.Seen seen) {
        try {
            return JSON.readTree(seen.body().getBytes());
        } catch (IOException noJson) {
            throw new UncheckedIOException(noJson);
        }
    }

    /** Forces a nested-loop plan, which could run a subquery once per row. */
    @Test
    void takesAtMostTheLimit() {
        sql("""
                INSERT INTO gateway.outbox (store_id, status, changed_at)
                SELECT gen_random_uuid(), 'inactive', now() FROM generate_series(1, 5)
                """);
        var server = SuiteServers.superuser();
        PgConnectOptions options = new PgConnectOptions()
                .setHost(server.host())
                .setPort(server.port())
                .setDatabase(server.database())
                .setUser(server.user())
                .setPassword(server.password());
        for (String setting : List.of(
                "enable_hashjoin",
                "enable_mergejoin",
                "enable_hashagg",
                "enable_material",
                "enable_memoize",
                "enable_sort")) {
            options.addProperty(setting, "off");
        }
        Pool nestedLoops = Pool.newInstance(PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(1))
                .connectingTo(options)
                .using(vertx.getDelegate())
                .build());
        try {
            assertThat(new Outbox(new Statements(nestedLoops, Duration.ofSeconds(10)))
                            .take(2, Duration.ofSeconds(30), Duration.ofMinutes(1))
                            .await()
                            .atMost(Duration.ofSeconds(20)))
                    .hasSize(2);
        } finally {
            nestedLoops.closeAndAwait();
        }
    }

    @Test
    void sendsAChangedStatusAsTheGateway() throws Exception {
        setStatus("inactive");
        Instant changedAt = Instant.parse(ask(
                "SELECT to_char(changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                        + " FROM gateway.stores WHERE id = ?::uuid",
                store.toString()));
        String eventId = ask("SELECT event_id FROM gateway.outbox");
        assertThat(run()).isEqualTo(new OutboxRelay.Counts(1, 1));

        FakeService.Seen seen = FakeServices.storage().onlySeen();
        assertThat(seen.method() + " " + seen.uri()).isEqualTo("POST /internal/v1/stores/" + store + "/state");
        JsonNode change = body(seen);
        assertThat(change.size()).isEqualTo(5);
        assertThat(change.get("event_id").textValue()).isEqualTo(eventId);
        assertThat(change.get("status").textValue()).isEqualTo("inactive");
        assertThat(Instant.parse(change.get("changed_at").textValue())).isEqualTo(changedAt);
        assertThat(Instant.parse(change.get("status_changed_at").textValue())).isEqualTo(changedAt);
        assertThat(change.get("image_retention_seconds").isNull()).isTrue();
        var identity = identities.parse(seen.headers().get("Authorization").substring(7));
        assertThat(identity.getIssuer()).isEqualTo("gateway");
        assertThat(identity.getGroups()).containsExactly("service");
        assertThat(waiting()).isEqualTo("0");
    }

    @Test
    void sendsAChangedRetentionWithTheUnchangedStatus() {
        sql("UPDATE gateway.stores SET image_retention_seconds = 3600 WHERE id = ?::uuid", store.toString());
        run();
        JsonNode first = sent().getFirst();
        assertThat(first.get("image_retention_seconds").intValue()).isEqualTo(3600);
        assertThat(first.get("status").textValue()).isEqualTo("active");
        assertThat(first.get("status_changed_at").isNull()).isTrue();

        setStatus("inactive");
        sql("UPDATE gateway.stores SET image_retention_seconds = NULL WHERE id = ?::uuid", store.toString());
        run();
        JsonNode deactivated = sent().get(1);
        JsonNode cleared = sent().get(2);
        assertThat(deactivated.get("image_retention_seconds").intValue()).isEqualTo(3600);
        assertThat(cleared.get("image_retention_seconds").isNull()).isTrue();
        assertThat(cleared.get("status_changed_at")).isEqualTo(deactivated.get("status_changed_at"));
        assertThat(cleared.get("changed_at")).isNotEqualTo(deactivated.get("changed_at"));
    }

    @Test
    void sendsNothingForOtherChangesAndRollbacks() throws SQLException {
        setStatus("active");
        sql("UPDATE gateway.stores SET subscription_tier = 'scale' WHERE id = ?::uuid", store.toString());
        var address = SuiteServers.superuser();
        try (var connection = DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties())) {
            connection.setAutoCommit(false);
            connection
                    .createStatement()
                    .executeUpdate("UPDATE gateway.stores SET status = 'inactive' WHERE id = '" + store + "'");
            connection.rollback();
        }
        assertThat(run()).isEqualTo(new OutboxRelay.Counts(0, 0));
    }

    @Test
    void writesAnEventForAStatusThatAnotherTriggerChanges() throws SQLException {
        sql("CREATE FUNCTION gateway.test_closes() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN NEW.status := 'inactive'; RETURN NEW; END $$");
        sql("CREATE TRIGGER a_test_closes BEFORE UPDATE ON gateway.stores FOR EACH ROW"
                + " EXECUTE FUNCTION gateway.test_closes()");
        try {
            sql("UPDATE gateway.stores SET onboarding_completed = true WHERE id = ?::uuid", store.toString());
        } finally {
            sql("DROP FUNCTION gateway.test_closes() CASCADE");
        }
        assertThat(waiting()).isEqualTo("1");
    }

    @Test
    void repeatsUntilAcknowledged() {
        setStatus("inactive");
        FakeServices.storage().answers(503, "{\"code\":\"SERVICE_UNAVAILABLE\",\"message\":\"No.\"}");
        assertThat(run()).isEqualTo(new OutboxRelay.Counts(1, 0));
        makeDue();
        FakeServices.storage().answers(404, "{\"code\":\"NOT_FOUND\",\"message\":\"No.\"}");
        assertThat(run()).isEqualTo(new OutboxRelay.Counts(1, 0));
        makeDue();
        FakeServices.storage().behavesRaw(request -> request.connection().close());
        assertThat(run()).isEqualTo(new OutboxRelay.Counts(1, 0));
        makeDue();
        FakeServices.storage().answers(200, "{\"outcome\":\"applied\"}");
        FakeServices.storage().whileDown(() -> assertThat(run()).isEqualTo(new OutboxRelay.Counts(1, 0)));
        makeDue();
        assertThat(run()).isEqualTo(new OutboxRelay.Counts(1, 1));
        assertThat(waiting()).isEqualTo("0");
    }

    @Test
    void doublesTheDelayUpToAMinute() {
        setStatus("inactive");
        FakeServices.storage().answers(503, "{}");
        for (int seconds : new int[] {5, 10, 20, 40, 60, 60}) {
            makeDue();
            run();
            assertThat(run()).as("before it is due again").isEqualTo(new OutboxRelay.Counts(0, 0));
            assertThat(Double.parseDouble(ask("SELECT EXTRACT(EPOCH FROM due_at - now()) FROM gateway.outbox")))
                    .isBetween(seconds - 4.0, (double) seconds);
        }
        sql("UPDATE gateway.outbox SET attempts = 1000000, due_at = now()");
        assertThat(run()).isEqualTo(new OutboxRelay.Counts(1, 0));
    }

    @Test
    void sendsTheEventsOfAStoreInOrderEachAfterAnAcknowledgement() {
        for (String status : List.of("inactive", "active", "inactive", "active")) {
            setStatus(status);
        }
        FakeServices.storage().answers(503, "{}");
        run();
        makeDue();
        run();
        assertThat(statuses()).containsExactly("inactive", "inactive");
        makeDue();
        FakeServices.storage().answers(200, "{\"outcome\":\"applied\"}");
        assertThat(run()).isEqualTo(new OutboxRelay.Counts(4, 4));
        assertThat(statuses()).containsExactly("inactive", "active", "inactive", "active");
        assertThat(sent().stream()
                        .map(change -> Instant.parse(change.get("changed_at").textValue())))
                .isSorted();
    }

    @Test
    void sendsOtherStoresWhileOneIsNotAcknowledged() {
        setStatus("inactive");
        List<UUID> others = IntStream.range(0, 40)
                .mapToObj(i -> Merchant.inAbsorbMode().storeId())
                .toList();
        others.forEach(
                other -> sql("UPDATE gateway.stores SET status = 'inactive' WHERE id = ?::uuid", other.toString()));
        FakeServices.storage().behaves((request, body) -> request.response()
                .setStatusCode(request.uri().contains(store.toString()) ? 500 : 200)
                .putHeader("Content-Type", "application/json")
                .end("{}"));
        assertThat(run()).isEqualTo(new OutboxRelay.Counts(41, 40));
        assertThat(ask("SELECT store_id FROM gateway.outbox")).isEqualTo(store.toString());
    }

    @Test
    void sendsEachEventOnceWithConcurrentRelays() throws Exception {
        List<UUID> stores = IntStream.range(0, 30)
                .mapToObj(i -> Merchant.inAbsorbMode().storeId())
                .toList();
        stores.forEach(id -> {
            sql("UPDATE gateway.stores SET status = 'inactive' WHERE id = ?::uuid", id.toString());
            sql("UPDATE gateway.stores SET status = 'active' WHERE id = ?::uuid", id.toString());
        });
        try (var gateways = Executors.newFixedThreadPool(6)) {
            var runs = gateways.invokeAll(Collections.nCopies(6, this::run));
            assertThat(runs).allMatch(run -> run.state() == Future.State.SUCCESS);
        }
        run();
        assertThat(sent())
                .extracting(change -> change.get("event_id").textValue())
                .hasSize(60)
                .doesNotHaveDuplicates();
        assertThat(waiting()).isEqualTo("0");
    }

    @Test
    void sendsAgainIfTheResponseWasLost() {
        setStatus("inactive");
        AtomicInteger calls = new AtomicInteger();
        FakeServices.storage().behaves((request, body) -> {
            if (calls.incrementAndGet() == 1) {
                request.connection().close();
            } else {
                request.response().putHeader("Content-Type", "application/json").end("{\"outcome\":\"known\"}");
            }
        });
        run();
        makeDue();
        run();
        assertThat(sent())
                .extracting(change -> change.get("event_id").textValue())
                .hasSize(2)
                .containsOnly(sent().getFirst().get("event_id").textValue());
        assertThat(waiting()).isEqualTo("0");
    }

    @Test
    void showsTheBacklogInMetrics() {
        setStatus("inactive");
        FakeServices.storage().answers(503, "{}");
        sql("UPDATE gateway.outbox SET changed_at = changed_at - interval '90 seconds'");
        run();
        assertThat(metric("wearon_outbox_waiting")).isEqualTo(1);
        assertThat(metric("wearon_outbox_oldest_seconds")).isBetween(90.0, 120.0);
        makeDue();
        FakeServices.storage().answers(200, "{}");
        run();
        assertThat(metric("wearon_outbox_waiting")).isZero();
        assertThat(metric("wearon_outbox_oldest_seconds")).isZero();
    }

    private double metric(String name) {
        String text = given().get(metrics).then().statusCode(200).extract().asString();
        return text.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is no metric"));
    }
}
