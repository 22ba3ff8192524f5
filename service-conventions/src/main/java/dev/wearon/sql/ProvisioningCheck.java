package dev.wearon.sql;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/** The service is ready only if its database was provisioned. Checks the settings of the connections that serve requests. */
@Readiness
@ApplicationScoped
class ProvisioningCheck implements AsyncHealthCheck {

    private static final Logger LOG = Logger.getLogger(ProvisioningCheck.class);
    private static final String NAME = "Database is provisioned";
    private static final String FILE = "deploy/postgresql/provision.sql";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** Reconciliation and the polling of keys rely on this maximum duration of a transaction. */
    private static final Duration LONGEST_TRANSACTION = Duration.ofSeconds(30);

    /** {@code transaction_timeout} is null on servers before PostgreSQL 17. */
    private static final String SETTINGS = """
            SELECT session_user::text AS role,
                   current_database()::text AS database,
                   current_setting('transaction_timeout', true) AS transaction_timeout,
                   (1000 * extract(epoch FROM current_setting('transaction_timeout', true)::interval))::bigint AS millis,
                   getdatabaseencoding()::text AS encoding
            """;

    private static final List<String> NOT_CHECKED_YET = List.of("the database could not be checked yet");

    private final Statements statements;
    private volatile List<String> missing = NOT_CHECKED_YET;

    ProvisioningCheck(Statements statements) {
        this.statements = statements.within(TIMEOUT);
    }

    /** The settings of a connection. */
    record Settings(String role, String database, String transactionTimeout, Duration limit, String encoding) {

        List<String> missing() {
            List<String> missing = new ArrayList<>();
            if (limit.isZero() || limit.compareTo(LONGEST_TRANSACTION) > 0) {
                missing.add("transaction_timeout of role %s is %s and must be 30s at most"
                        .formatted(role, transactionTimeout == null ? "unknown to this server" : transactionTimeout));
            }
            if (!encoding.equals("UTF8")) {
                missing.add("the encoding of database %s is %s and must be UTF8".formatted(database, encoding));
            }
            return missing;
        }
    }

    private static Settings settings(Row row) {
        Long millis = row.getLong("millis");
        return new Settings(
                row.getString("role"),
                row.getString("database"),
                row.getString("transaction_timeout"),
                millis == null ? Duration.ZERO : Duration.ofMillis(millis),
                row.getString("encoding"));
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return statements
                .first(SETTINGS, Tuple.tuple(), ProvisioningCheck::settings)
                .invoke(settings -> missing = settings.orElseThrow().missing())
                .onFailure()
                .invoke(fault -> LOG.warnf("The provisioning of the database could not be checked: %s", fault))
                .onFailure()
                .recoverWithNull()
                .map(asked -> response());
    }

    private HealthCheckResponse response() {
        List<String> lacking = missing;
        HealthCheckResponseBuilder response = HealthCheckResponse.named(NAME).status(lacking.isEmpty());
        if (!lacking.isEmpty()) {
            response.withData("missing", String.join("; ", lacking));
        }
        if (!lacking.isEmpty() && lacking != NOT_CHECKED_YET) {
            response.withData("way_out", "run " + FILE + " on it");
        }
        return response.build();
    }
}
