package dev.wearon.generation.worker;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** How much a worker takes on, and how patient it is. */
@ConfigMapping(prefix = "wearon.worker")
public interface WorkerConfig {

    /** Sessions worked on at the same time; at most {@code quarkus.redis.pops.max-pool-size}, as each waits for a permit. */
    @WithDefault("2")
    @Min(1)
    @Max(64)
    int concurrency();

    /** How often a session is tried before it is failed. */
    @WithDefault("3")
    @Min(1)
    @Max(100)
    int attempts();

    /** A lease is the model's timeout and this, renewed at every third of it: so long a dead worker holds its sessions. */
    @WithDefault("15s")
    @DurationMin(seconds = 1)
    @DurationMax(minutes = 10)
    Duration leaseMargin();

    /** How long a session waits after a first fault that may pass; four times as long after each further one. */
    @WithDefault("10s")
    @DurationMin(seconds = 0)
    @DurationMax(minutes = 10)
    Duration retryDelay();

    /** How long a worker waits when PostgreSQL or Redis cannot be asked. */
    @WithDefault("1s")
    @DurationMin(millis = 10)
    @DurationMax(minutes = 1)
    Duration pauseAfterFault();

    /** On a shutdown: how long what is being worked on may take to end; the rest is handed to another worker. */
    @WithDefault("25s")
    @DurationMin(seconds = 0)
    @DurationMax(minutes = 10)
    Duration drainTimeout();

    Sweeper sweeper();

    /** Of the job that pushes missing permits and closes what is too old. */
    interface Sweeper {

        /** How often it looks. */
        @WithDefault("5s")
        @DurationMin(millis = 100)
        @DurationMax(minutes = 5)
        Duration every();

        /** Sessions that waited for less are probably being claimed right now. */
        @WithDefault("10s")
        @DurationMin(seconds = 0)
        @DurationMax(minutes = 10)
        Duration minAge();

        /** What is not finished by then is failed. */
        @WithDefault("10m")
        @DurationMin(seconds = 10)
        @DurationMax(hours = 24)
        @Bounds.AtLeast("wearon.model.timeout")
        Duration deadline();

        /** How many permits it pushes, and sessions it closes, in one run. */
        @WithDefault("500")
        @Min(1)
        @Max(10000)
        int batch();
    }
}
