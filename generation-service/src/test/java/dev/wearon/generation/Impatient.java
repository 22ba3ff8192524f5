package dev.wearon.generation;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * The service as it is, with shorter times: a fault is noticed and repaired within seconds. Only storage is waited for
 * longer than a create may take, so that a create can be held there and go on later.
 */
public final class Impatient implements QuarkusTestProfile {

    /** How long a create may take here, as an interval of PostgreSQL. */
    public static final String BUDGET = "8 seconds";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                // Some times are read by the scheduler and stand in no mapping; from a file they would be refused.
                Map.entry("smallrye.config.mapping.validate-unknown", "false"),
                Map.entry("wearon.sessions.create-budget", "8s"),
                Map.entry("wearon.sessions.table-timeout", "5s"),
                Map.entry("wearon.sessions.refund-patience", "500ms"),
                Map.entry("wearon.sessions.refund-every", "1s"),
                Map.entry("wearon.sessions.reconcile-every", "1s"),
                Map.entry("wearon.images.answer-timeout", "20s"),
                Map.entry("quarkus.rest-client.credits.read-timeout", "3000"),
                Map.entry("quarkus.rest-client.storage.read-timeout", "20000"),
                Map.entry("wearon.queue.timeout", "2s"),
                Map.entry("wearon.queue.pop-wait", "1s"),
                Map.entry("wearon.worker.pause-after-fault", "200ms"),
                Map.entry("wearon.worker.back-off", "200ms"),
                Map.entry("wearon.worker.sweeper.every", "1s"),
                Map.entry("wearon.worker.sweeper.min-age", "2s"));
    }
}
