package dev.wearon.jobs;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;

/**
 * Work that a process repeats. {@link Jobs} runs every {@code @ApplicationScoped} bean of this type. Several instances of the
 * service may run it at the same time, and the process may die at any point.
 */
public interface RecurringJob {

    /** The name in logs and metrics: lower case, with hyphens. */
    String name();

    /** The interval between the starts of two rounds. Rounds do not overlap. Empty: the job does not run. */
    Optional<Duration> every();

    /**
     * Runs one round. If it fails, the next round tries again.
     *
     * @return the result, for tests and the log
     */
    Uni<?> runOnce();
}
