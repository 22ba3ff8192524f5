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
    private static final String FIND_SUITE = "SELECT id FROM storage.suite";

    /** A start does not wait longer for a backend: meanwhile nobody can ask whether the service is alive. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(6);

    private static final Duration RETRY_DELAY = Duration.ofSeconds(5);

    private final Statements statements;
    private final Backend backend;
    private volatile boolean confirmed;

    Ownership(Statements statements, Backend backend) {
        this.statements = statements;
        this.backend = backend;
    }

    /** Makes a backend that refuses the service, or is another suite's, a refusal to start. */
    void start(@Observes StartupEvent start) {
        confirm()
                .ifNoItem()
                .after(START_TIMEOUT)
                .fail()
                .onFailure(BackendRefused.class)
                // Its message alone is printed, without a trace.
                .transform(refused -> new ConfigurationException(refused.getMessage()))
                .onFailure(fault -> !(fault instanceof ConfigurationException))
                .recoverWithUni(this::logNotReady)
                .await()
                .indefinitely();
    }

    @Override
    public String name() {
        return "ownership";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(RETRY_DELAY);
    }

    /** Until the backend is this suite's. */
    @Override
    public Uni<Void> runOnce() {
        return confirmed
                ? Uni.createFrom().voidItem()
                : confirm().invoke(() -> LOG.info("The backend is there, and is this suite's"));
    }

    private Uni<Void> logNotReady(Throwable fault) {
        LOG.errorf("The service is not ready and tries again every %d s: %s", RETRY_DELAY.toSeconds(), reason(fault));
        return Uni.createFrom().voidItem();
    }

    private static String reason(Throwable fault) {
        return fault.getCause() == null ? fault.toString() : fault.getMessage() + ": " + fault.getCause();
    }

    /** Fails if the backend is another's, or if it is not known whose it is. */
    public Uni<Void> confirm() {
        return statements
                .list(FIND_SUITE, Tuple.tuple(), row -> row.getUUID("id"))
                .chain(suite -> backend.claim(suite.getFirst().toString()))
                .invoke(() -> confirmed = true)
                .onFailure(BackendRefused.class)
                .invoke(refused -> {
                    confirmed = false;
                    LOG.errorf("The service takes no image and is not ready: %s", refused.getMessage());
                });
    }

    /** Whether the backend may be written to. */
    public boolean isConfirmed() {
        return confirmed;
    }
}
