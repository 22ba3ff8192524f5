package dev.wearon.generation.channels;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The service with a second channel. Its tables are in the same schema. */
public final class WithKiosks implements QuarkusTestProfile {

    static final String SWITCH = "test.kiosks";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                SWITCH,
                "true",
                "quarkus.flyway.locations",
                "db/migration,db/kiosks",
                "wearon.worker.sweeper.every",
                "500ms",
                "wearon.sessions.reconcile-every",
                "500ms",
                "wearon.retention.sessions",
                "400d",
                "wearon.retention.events",
                "90d",
                "wearon.retention.every",
                "500ms");
    }
}
