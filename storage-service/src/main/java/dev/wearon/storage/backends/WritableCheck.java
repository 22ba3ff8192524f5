package dev.wearon.storage.backends;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/** Ready only while the probe of the backend succeeds. The database has a check of its own. */
@Readiness
@ApplicationScoped
class WritableCheck implements AsyncHealthCheck {

    private static final Logger LOG = Logger.getLogger(WritableCheck.class);
    private static final String NAME = "Backend is writable";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Backend backend;

    WritableCheck(Backend backend) {
        this.backend = backend;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return backend.probe()
                .ifNoItem()
                .after(TIMEOUT)
                .fail()
                .replaceWith(() -> HealthCheckResponse.up(NAME))
                .onFailure()
                .invoke(fault -> LOG.error("The probe of the backend failed", fault))
                .onFailure()
                .recoverWithItem(() -> HealthCheckResponse.down(NAME));
    }
}
