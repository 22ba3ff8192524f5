package dev.wearon.storage.ownership;

import dev.wearon.jobs.RecurringJob;
import dev.wearon.sql.Statements;
import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.BackendRefused;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Claims the backend for the suite before it is used, and again before anything is removed from it unasked. */
@ApplicationScoped
public class Ownership implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(Ownership.class);
    private static final String SUITE = "SELECT id FROM storage.suite";

    /** A start does not wait longer for a backend: meanwhile nobody can ask whether the service is alive. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final Statements statements;
    private final Backend backend;
    private volatile boolean certain;

    Ownership(Statements statements, Backend backend) {
        this.statements = statements;
        this.backend = backend;
    }

    /** Makes a backend that refuses the service, or is another suite's, a refusal to start. */
    void start(@Observes StartupEvent start) {
        confirm()
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .onFailure(BackendRefused.class)
                // Its message alone is printed, without a trace.
                .transform(refused -> new ConfigurationException(refused.getMessage()))
                .onFailure(fault -> !(fault instanceof ConfigurationException))
                .recoverWithUni(this::notYet)
                .await()
                .indefinitely();
    }

    @Override
    public String name() {
        return "ownership";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(AGAIN);
    }

    /** Until the backend is this suite's. */
    @Override
    public Uni<Void> runOnce() {
        return certain
                ? Uni.createFrom().voidItem()
                : confirm().invoke(() -> LOG.info("The backend is there, and is this suite's"));
    }

    private Uni<Void> notYet(Throwable fault) {
        LOG.errorf("The service is not ready and tries again every %d s: %s", AGAIN.toSeconds(), reason(fault));
        return Uni.createFrom().voidItem();
    }

    private static String reason(Throwable fault) {
        return fault.getCause() == null ? fault.toString() : fault.getMessage() + ": " + fault.getCause();
    }

    /** Fails if the backend is another's, or if it is not known whose it is. */
    public Uni<Void> confirm() {
        return statements
                .list(SUITE, Tuple.tuple(), row -> row.getUUID("id"))
                .chain(suite -> backend.claim(suite.getFirst().toString()))
                .invoke(() -> certain = true)
                .onFailure(BackendRefused.class)
                .invoke(refused -> {
                    certain = false;
                    LOG.errorf("The service takes no image and is not ready: %s", refused.getMessage());
                });
    }

    /** Whether the backend may be written to. */
    public boolean isCertain() {
        return certain;
    }
}
