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

/** Claims the backend for the suite at the start, and confirms the claim before each removal of orphans. */
@ApplicationScoped
public class Ownership implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(Ownership.class);
    private static final String FIND_SUITE = "SELECT id FROM storage.suite";

    /** The longest wait of the start for the backend. Meanwhile the liveness check does not answer. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(6);

    private static final Duration RETRY_DELAY = Duration.ofSeconds(5);

    private final Statements statements;
    private final Backend backend;
    private volatile boolean confirmed;

    Ownership(Statements statements, Backend backend) {
        this.statements = statements;
        this.backend = backend;
    }

    /** Makes the start fail if the backend refuses the service or belongs to another suite. */
    void start(@Observes StartupEvent start) {
        confirm()
                .ifNoItem()
                .after(START_TIMEOUT)
                .fail()
                .onFailure(BackendRefused.class)
                // Quarkus prints only the message of this exception, without a stack trace.
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

    /** Repeats the claim until it succeeds. */
    @Override
    public Uni<Void> runOnce() {
        return confirmed
                ? Uni.createFrom().voidItem()
                : confirm().invoke(() -> LOG.info("The backend is available and belongs to this suite"));
    }

    private Uni<Void> logNotReady(Throwable fault) {
        LOG.errorf(
                "The backend is not available. The service is not ready and retries every %d s: %s",
                RETRY_DELAY.toSeconds(), reason(fault));
        return Uni.createFrom().voidItem();
    }

    private static String reason(Throwable fault) {
        return fault.getCause() == null ? fault.toString() : fault.getMessage() + ": " + fault.getCause();
    }

    /** Claims the backend for this suite. Fails if it belongs to another suite, or if its owner is unknown. */
    public Uni<Void> confirm() {
        return statements
                .list(FIND_SUITE, Tuple.tuple(), row -> row.getUUID("id"))
                .chain(suite -> backend.claim(suite.getFirst().toString()))
                .invoke(() -> confirmed = true)
                .onFailure(BackendRefused.class)
                .invoke(refused -> {
                    confirmed = false;
                    LOG.errorf("The service accepts no image and is not ready: %s", refused.getMessage());
                });
    }

    /** Whether the backend is known to belong to this suite. Without this knowledge nothing may be written to it. */
    public boolean isConfirmed() {
        return confirmed;
    }
}
