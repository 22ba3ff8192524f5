package dev.wearon.generation;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * The service with shorter times, so that it notices and repairs a fault within seconds. Only the timeout of storage is longer
 * than the create budget: a test can hold a create there and let it continue later.
 */
public final class ShortTimeouts implements QuarkusTestProfile {

    /** The create budget as an interval of PostgreSQL. */
    public static final String BUDGET = "5 seconds";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("wearon.sessions.create-budget", "5s"),
                Map.entry("wearon.sessions.reconcile-every", "500ms"),
                Map.entry("wearon.images.response-timeout", "30s"),
                Map.entry("wearon.images.transfer-timeout", "20s"),
                Map.entry("wearon.db.statement-timeout", "2s"),
                Map.entry("wearon.queue.timeout", "2500ms"),
                Map.entry("wearon.queue.pop-wait", "1s"),
                Map.entry("wearon.worker.pause-after-fault", "200ms"),
                Map.entry("wearon.worker.retry-delay", "200ms"),
                // A lease of 10 s: a session that could not be handed back is claimable again after that.
                Map.entry("wearon.model.timeout", "8s"),
                Map.entry("wearon.worker.lease-margin", "2s"),
                Map.entry("wearon.worker.sweeper.every", "500ms"),
                // Longer than a push may take: the create decides on the session before the sweeper does.
                Map.entry("wearon.worker.sweeper.min-age", "4s"));
    }
}
