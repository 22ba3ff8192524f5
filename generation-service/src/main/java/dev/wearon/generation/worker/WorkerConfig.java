package dev.wearon.generation.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** How much a worker takes on, and how patient it is. */
@ConfigMapping(prefix = "wearon.worker")
public interface WorkerConfig {

    /** As many connections to Redis may wait for a permit ({@code quarkus.redis.pops.max-pool-size}). */
    int MOST_AT_ONCE = 64;

    /** Sessions worked on at the same time. */
    @WithDefault("2")
    @Min(1)
    @Max(MOST_AT_ONCE)
    int concurrency();

    /** How often a session is tried before it is failed. */
    @WithDefault("3")
    @Min(1)
    int attempts();

    /** A lease is the model's timeout and this, renewed at every third of it: so long a dead worker holds its sessions. */
    @WithDefault("15s")
    Duration leaseMargin();

    /** How long a session waits after a first fault that may pass; four times as long after each further one. */
    @WithDefault("10s")
    Duration backOff();

    /** How long a worker waits when PostgreSQL or Redis cannot be asked. */
    @WithDefault("1s")
    Duration pauseAfterFault();

    /** On a shutdown: how long what is being worked on may take to end; the rest is handed to another worker. */
    @WithDefault("25s")
    Duration drain();

    Sweeper sweeper();

    /** Of the job that pushes missing permits and closes what is too old. */
    interface Sweeper {

        /** Sessions that waited for less are probably being claimed right now. */
        @WithDefault("10s")
        Duration minAge();

        /** What is not finished by then is failed. */
        @WithDefault("10m")
        Duration deadline();

        /** How many permits it pushes, and sessions it closes, in one run. */
        @WithDefault("500")
        @Min(1)
        int batch();
    }
}
