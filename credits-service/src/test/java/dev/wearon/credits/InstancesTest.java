package dev.wearon.credits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.instances.Instance;
import dev.wearon.instances.Instances;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every process of a service writes its state, and every one knows all. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class InstancesTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Inject
    Instances instances;

    @BeforeEach
    void write() {
        instances.runOnce().await().atMost(LIMIT);
    }

    @Test
    void listsThisProcess() {
        Instance own = own();

        assertThat(own.roles()).containsExactly("credits");
        assertThat(own.status()).isEqualTo(Instance.State.up);
        assertThat(own.failing()).isEmpty();
        assertThat(own.version()).isNotBlank();
        assertThat(own.host()).isNotBlank();
        assertThat(own.since()).isBefore(own.seenAt());
        assertThat(own.seenAt()).isAfter(Instant.now().minusSeconds(60));
        assertThat(own.lagMs()).isNotNegative();
    }

    @Test
    void writesOneRow() {
        UUID id = own().instanceId();

        instances.runOnce().await().atMost(LIMIT);

        assertThat(list())
                .filteredOn(instance -> instance.instanceId().equals(id))
                .hasSize(1);
    }

    @Test
    void aProcessThatIsSilentIsLostAndForgottenAfterAnHour() throws SQLException {
        UUID silent = insert("16 seconds", "'{}'");
        UUID old = insert("61 minutes", "'{}'");
        UUID failing = insert("1 second", "'{database}'");

        instances.runOnce().await().atMost(LIMIT);

        assertThat(list().stream().filter(instance -> instance.instanceId().equals(silent)))
                .singleElement()
                .extracting(Instance::status)
                .isEqualTo(Instance.State.lost);
        assertThat(list()).noneMatch(instance -> instance.instanceId().equals(old));
        assertThat(list().stream().filter(instance -> instance.instanceId().equals(failing)))
                .singleElement()
                .satisfies(instance -> {
                    assertThat(instance.status()).isEqualTo(Instance.State.not_ready);
                    assertThat(instance.failing()).containsExactly("database");
                });
    }

    /** After an outage of PostgreSQL that was longer, or when the machine slept. */
    @Test
    void writesAgainAfterMoreThanAnHour() throws SQLException {
        UUID id = own().instanceId();
        try (Connection connection = LedgerRows.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "UPDATE credits.instances SET seen_at = now() - INTERVAL '2 hours' WHERE id = '" + id + "'");
        }

        instances.runOnce().await().atMost(LIMIT);

        assertThat(own().instanceId()).isEqualTo(id);
        assertThat(own().status()).isEqualTo(Instance.State.up);
    }

    @Test
    void servesThemOnlyToServices() {
        Calls.as(TestIdentities.service("gateway"))
                .get("/internal/v1/instances")
                .then()
                .statusCode(200);
        Calls.as(TestIdentities.store(Calls.newId()))
                .get("/internal/v1/instances")
                .then()
                .statusCode(404);
    }

    private Instance own() {
        return list().stream()
                .filter(instance -> instance.pid() == ProcessHandle.current().pid())
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    private List<Instance> list() {
        return instances.list().await().atMost(LIMIT);
    }

    private static UUID insert(String age, String failing) throws SQLException {
        UUID id = UUID.randomUUID();
        try (Connection connection = LedgerRows.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO credits.instances (id, roles, host, pid, version, since, seen_at, failing, lag_ms)
                    VALUES ('%s', '{credits}', 'elsewhere', 1, '0.1.0', now() - INTERVAL '2 hours',
                            now() - INTERVAL '%s', %s, 0)
                    """.formatted(id, age, failing));
        }
        return id;
    }
}
