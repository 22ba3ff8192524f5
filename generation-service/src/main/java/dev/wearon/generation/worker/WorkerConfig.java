package dev.wearon.generation.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Settings of the workers and of the sweeper. */
@ConfigMapping(prefix = "wearon.worker")
public interface WorkerConfig {

    /** The number of loops, each with one session at a time; at most {@code quarkus.redis.pops.max-pool-size}. */
    @WithDefault("2")
    @Min(1)
    @Max(64)
    int concurrency();

    @WithDefault("3")
    @Min(1)
    @Max(100)
    int attempts();

    /**
     * A lease lasts for the model's timeout plus this margin, and is renewed after each third. A dead worker blocks its sessions
     * for that long.
     */
    @WithDefault("15s")
    @DurationMin(seconds = 1)
    @DurationMax(minutes = 10)
    Duration leaseMargin();

    /** The delay of a session after its first temporary fault. Each further fault multiplies it by four. */
    @WithDefault("10s")
    @DurationMin(seconds = 0)
    @DurationMax(minutes = 10)
    Duration retryDelay();

    /** The pause of a loop when PostgreSQL or Redis does not answer. */
    @WithDefault("1s")
    @DurationMin(millis = 10)
    @DurationMax(minutes = 1)
    Duration pauseAfterFault();

    /** The interval at which a worker asks whether the sessions that it works on were cancelled or are past their deadline. */
    @WithDefault("500ms")
    @DurationMin(millis = 50)
    @DurationMax(minutes = 1)
    Duration watchEvery();

    /** The longest time that a shutdown waits for running attempts. The remaining sessions go to another worker. */
    @WithDefault("25s")
    @DurationMin(seconds = 0)
    @DurationMax(minutes = 10)
    Duration drainTimeout();

    Sweeper sweeper();

    /** Settings of the job that pushes missing permits and fails lost sessions. */
    interface Sweeper {

        @WithDefault("5s")
        @DurationMin(millis = 100)
        @DurationMax(minutes = 5)
        Duration every();

        /** The time for which a session must be claimable before its permit counts as missing. */
        @WithDefault("10s")
        @DurationMin(seconds = 0)
        @DurationMax(minutes = 10)
        Duration minAge();

        /** The largest number of pushed permits or failed sessions in one batch. */
        @WithDefault("500")
        @Min(1)
        @Max(10000)
        int batch();
    }
}
