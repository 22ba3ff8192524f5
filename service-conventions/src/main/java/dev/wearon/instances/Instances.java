package dev.wearon.instances;

import dev.wearon.jobs.RecurringJob;
import dev.wearon.sql.Statements;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The processes of this service. Each writes its state every few seconds, and deletes its row when it stops. The table is unlogged: a
 * write costs no fsync, and after a crash of PostgreSQL it is empty until the next writes.
 */
@ApplicationScoped
public class Instances implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(Instances.class);

    /** {@code %s} is the schema of the service. */
    private static final String WRITE = """
            WITH forgotten AS (
                DELETE FROM %1$s.instances WHERE id <> $1 AND seen_at < now() - INTERVAL '1 hour')
            INSERT INTO %1$s.instances (id, roles, host, pid, version, since, seen_at, failing, lag_ms)
            VALUES ($1, $2, $3, $4, $5, $6, now(), $7, $8)
            ON CONFLICT (id) DO UPDATE
                SET seen_at = EXCLUDED.seen_at, failing = EXCLUDED.failing, lag_ms = EXCLUDED.lag_ms
            """;

    private static final String LIST = """
            SELECT id, roles, host, pid, version, since, seen_at, failing, lag_ms,
                   seen_at < now() - make_interval(secs => $1) AS lost
              FROM %s.instances
             ORDER BY since, id
             LIMIT $2
            """;

    private static final String DELETE = "DELETE FROM %s.instances WHERE id = $1";

    private static final int MISSED = 3;
    private static final int MOST = 1_000;
    private static final Duration DELETE_LIMIT = Duration.ofSeconds(2);

    private final UUID id = UUID.randomUUID();
    private final Instant since =
            Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    private final String host;
    private final Statements statements;
    private final SmallRyeHealthReporter health;
    private final EventLoopLag lag;
    private final InstancesConfig config;
    private final String schema;
    private final String version;

    Instances(
            Statements statements,
            SmallRyeHealthReporter health,
            EventLoopLag lag,
            InstancesConfig config,
            @ConfigProperty(name = "quarkus.flyway.default-schema") String schema,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.statements = statements;
        this.health = health;
        this.lag = lag;
        this.config = config;
        this.schema = schema;
        this.version = version;
        this.host = host();
    }

    @Override
    public String name() {
        return "instances";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(config.every());
    }

    /** Writes the state of this process. */
    @Override
    public Uni<Integer> runOnce() {
        return health.getReadinessAsync()
                .chain(readiness -> statements.count(
                        WRITE.formatted(schema),
                        Tuple.tuple()
                                .addUUID(id)
                                .addArrayOfString(config.roles().toArray(String[]::new))
                                .addString(host)
                                .addLong(ProcessHandle.current().pid())
                                .addString(version)
                                .addOffsetDateTime(Statements.utc(since))
                                .addArrayOfString(failing(readiness))
                                .addInteger(Math.toIntExact(lag.take().toMillis()))));
    }

    /** All processes of this service that wrote their state within the last hour, oldest first; at most 1,000. */
    public Uni<List<Instance>> list() {
        double lost = Statements.seconds(config.every().multipliedBy(MISSED));
        return statements.list(LIST.formatted(schema), Tuple.of(lost, MOST), Instances::instance);
    }

    /** A name that the machine cannot resolve is no reason not to start. */
    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException withoutAddress) {
            return Objects.requireNonNullElse(System.getenv("HOSTNAME"), "unknown");
        }
    }

    /**
     * Without it, a process that was stopped would be shown as lost for an hour. It comes after the end of the jobs, so that no round
     * writes the row again.
     */
    void stop(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event) {
        try {
            statements.count(DELETE.formatted(schema), Tuple.of(id)).await().atMost(DELETE_LIMIT);
        } catch (RuntimeException unanswered) {
            LOG.debugf(unanswered, "The row of this process stays until it is an hour old");
        }
    }

    private static String[] failing(SmallRyeHealth readiness) {
        return readiness.getPayload().getJsonArray("checks").stream()
                .map(JsonValue::asJsonObject)
                .filter(check -> !"UP".equals(check.getString("status")))
                .map((JsonObject check) -> check.getString("name"))
                .toArray(String[]::new);
    }

    private static Instance instance(Row row) {
        List<String> failing = Arrays.asList(row.getArrayOfStrings("failing"));
        return new Instance(
                row.getUUID("id"),
                Arrays.asList(row.getArrayOfStrings("roles")),
                row.getString("host"),
                row.getLong("pid"),
                row.getString("version"),
                row.getOffsetDateTime("since").toInstant(),
                row.getOffsetDateTime("seen_at").toInstant(),
                row.getBoolean("lost")
                        ? Instance.State.lost
                        : failing.isEmpty() ? Instance.State.up : Instance.State.not_ready,
                failing,
                row.getInteger("lag_ms"));
    }
}
