package dev.wearon.storage.ownership;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready only if the backend is known to belong to this suite. If not, the log contains the reason. */
@Readiness
@ApplicationScoped
class OwnershipCheck implements HealthCheck {

    private final Ownership ownership;

    OwnershipCheck(Ownership ownership) {
        this.ownership = ownership;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("Backend is this suite's")
                .status(ownership.isConfirmed())
                .build();
    }
}
