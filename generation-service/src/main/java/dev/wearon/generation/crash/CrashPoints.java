package dev.wearon.generation.crash;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Ends the process at the one point that was asked for, as {@code kill -9} would. */
@ApplicationScoped
public class CrashPoints {

    private static final Logger LOG = Logger.getLogger(CrashPoints.class);

    /** As a process killed by SIGKILL is reported by a shell. */
    private static final int KILLED = 137;

    private final Optional<CrashPoint> crashAt;

    CrashPoints(@ConfigProperty(name = "wearon.crash.at") Optional<CrashPoint> crashAt) {
        this.crashAt = crashAt;
    }

    public void passed(CrashPoint point) {
        if (crashAt.filter(point::equals).isPresent()) {
            LOG.fatalf("Dying after %s, as WEARON_CRASH_AT asks", point);
            Runtime.getRuntime().halt(KILLED);
        }
    }
}
