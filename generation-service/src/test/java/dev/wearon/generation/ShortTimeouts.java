package dev.wearon.generation;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * The service as it is, with shorter times: a fault is noticed and repaired within seconds. Only storage is waited for
 * longer than a create may take, so that a create can be held there and go on later.
 */
public final class ShortTimeouts implements QuarkusTestProfile {

    /** How long a create may take here, as an interval of PostgreSQL. */
    public static final String BUDGET = "5 seconds";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("wearon.sessions.create-budget", "5s"),
                Map.entry("wearon.sessions.reconcile-every", "500ms"),
                Map.entry("wearon.images.response-timeout", "20s"),
                Map.entry("quarkus.rest-client.storage.read-timeout", "20000"),
                Map.entry("wearon.queue.timeout", "1500ms"),
                Map.entry("wearon.queue.pop-wait", "1s"),
                Map.entry("wearon.worker.pause-after-fault", "200ms"),
                Map.entry("wearon.worker.retry-delay", "200ms"),
                // A lease of 10 s: what an attempt could not hand back is found again when its lease runs out.
                Map.entry("wearon.model.timeout", "8s"),
                Map.entry("wearon.worker.lease-margin", "2s"),
                Map.entry("wearon.worker.sweeper.every", "500ms"),
                // Longer than a push may take: whoever waits for that decides first what becomes of the session.
                Map.entry("wearon.worker.sweeper.min-age", "3s"));
    }
}
