package dev.wearon.jobs;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;

/**
 * Work that a process repeats for as long as it lives. An {@code @ApplicationScoped} bean of this type is run by {@link Jobs};
 * it may be running in every instance of the service at once, and may die anywhere.
 */
public interface RecurringJob {

    /** One lower-case word or several with hyphens, as logs and metrics call it. */
    String name();

    /** From the beginning of one round to the next, which waits while one is under way; empty: no round at all. */
    Optional<Duration> every();

    /** One round. What it did, for tests and the log; when it fails, the next round tries again. */
    Uni<?> runOnce();
}
