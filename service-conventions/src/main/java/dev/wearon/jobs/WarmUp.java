package dev.wearon.jobs;

import io.smallrye.mutiny.Uni;

/**
 * The work of a frequent request, done once before the process is ready, so that no client waits for loaded classes, new
 * connections and unprepared statements. {@link WarmUps} runs every {@code @ApplicationScoped} bean of this type.
 *
 * <p>It leaves no trace: transactions are rolled back, and only this service's own database and Redis are used. Nothing is
 * charged, and no limit is counted.
 */
public interface WarmUp {

    /** Does the work once. */
    Uni<?> warmUp();
}
