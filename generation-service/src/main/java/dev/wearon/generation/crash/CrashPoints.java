package dev.wearon.generation.crash;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Halts the process at the configured point, like {@code kill -9}. */
@ApplicationScoped
public class CrashPoints {

    private static final Logger LOG = Logger.getLogger(CrashPoints.class);
    private static final List<CrashPoint> ALL = Arrays.asList(CrashPoint.values());

    /** The exit code that a shell reports for SIGKILL. */
    private static final int KILLED = 137;

    private final Optional<CrashPoint> crashAt;
    private final Optional<UUID> onlyStore;

    CrashPoints(
            @ConfigProperty(name = "wearon.crash.at") Optional<String> label,
            @ConfigProperty(name = "wearon.crash.store") Optional<UUID> onlyStore) {
        this.crashAt = label.map(CrashPoints::known);
        this.onlyStore = onlyStore;
    }

    /** Observes the start, so that the bean is created and an unknown label stops the start. */
    void start(@Observes StartupEvent start) {
        crashAt.ifPresent(point -> LOG.warnf("WEARON_CRASH_AT is set: this process halts after %s", point));
    }

    /** @param ownerId the owner of the session that has reached this point; in {@code b2b} a store id */
    public void passed(CrashPoint point, UUID ownerId) {
        if (crashAt.filter(point::equals).isPresent()
                && onlyStore.map(ownerId::equals).orElse(true)) {
            LOG.fatalf("Halting after %s, because WEARON_CRASH_AT is set", point);
            Runtime.getRuntime().halt(KILLED);
        }
    }

    private static CrashPoint known(String label) {
        return ALL.stream()
                .filter(point -> point.name().equals(label))
                .findFirst()
                .orElseThrow(
                        () -> new ConfigurationException("WEARON_CRASH_AT must be unset or one of %s.".formatted(ALL)));
    }
}
