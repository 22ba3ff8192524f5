package dev.wearon.gateway.webhooks;

import dev.wearon.jobs.RecurringJob;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** Removes secrets that were rotated and do not sign any more, so that a copy of the database does not contain them. */
@ApplicationScoped
class OldSecrets implements RecurringJob {

    private static final Duration EVERY = Duration.ofMinutes(5);

    private final Endpoints endpoints;

    OldSecrets(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    @Override
    public String name() {
        return "old-webhook-secrets";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(EVERY);
    }

    /** @return how many were removed */
    @Override
    public Uni<Integer> runOnce() {
        return endpoints.forgetOldSecrets();
    }
}
