package dev.wearon.generation.sessions;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Settings of sessions; {@code docs/operations/configuration.md} lists them. */
@ConfigMapping(prefix = "wearon.sessions")
public interface SessionsConfig {

    /**
     * The time limit of a create. After it the response is 503; the saga itself continues to its end. The time limits of the steps
     * fit into it: key row 2 s, unfinished sessions and images at the same time 2 s, charge 3 s, session row 2 s, permit 1 s, and
     * the refund of a create that failed 1 s. Images and charge may be sent twice within their limit. The gateway waits 12 s.
     */
    @WithDefault("11s")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 55)
    Duration createBudget();

    /** The limit of unfinished sessions of a store. A create above it is refused before the charge. */
    @WithDefault("1000")
    @Min(1)
    @Max(1000000)
    int unfinishedPerStore();

    /**
     * The time for which an Idempotency-Key is stored after its last create began. It must be longer than the 15 minutes that a
     * shopper token lives at most. A token counts a key once; so with a forgotten key it could create further try-ons.
     */
    @WithDefault("24h")
    @DurationMin(minutes = 20)
    @DurationMax(days = 30)
    Duration idempotencyKeyTtl();

    /** Minimum remaining lifetime of the images of a create, so that they still exist when a worker reads them. */
    @WithDefault("15m")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 24)
    Duration inputMinLifetime();

    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration refundEvery();

    /** The longest time that a failed create waits for its refund. After that the refunder gives the credit back. */
    @WithDefault("1s")
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 10)
    Duration refundTimeout();

    /** The minimum age of a failure that the refunder handles. Before that, the code that failed the session does it. */
    @WithDefault("3s")
    @DurationMin(seconds = 0)
    @DurationMax(minutes = 10)
    Duration refundMinAge();

    /** The number of failed sessions that the refunder reads at a time. */
    @WithDefault("500")
    @Min(1)
    @Max(10000)
    int refundBatch();

    /** The number of releases that are sent to the ledger at the same time. */
    @WithDefault("16")
    @Min(1)
    @Max(1000)
    int refundConcurrency();

    /** The interval at which each instance counts the unfinished sessions for its metrics. */
    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration countEvery();

    /** The interval at which each instance looks for sessions past their deadline, whose credit then comes back at once. */
    @WithDefault("500ms")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 1)
    Duration deadlinesEvery();

    /** The interval at which each instance looks for completed sessions whose picture is not published. */
    @WithDefault("1s")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration publishEvery();

    /** How many sessions a store may cancel within an hour after an image model that costs money was asked. */
    @WithDefault("60")
    @Min(0)
    @Max(1000000)
    int paidCancelsPerHour();

    @WithDefault("30s")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration reconcileEvery();

    /**
     * Minimum age of the charges that the reconciler checks. It must be longer than a create can take from its charge to its row,
     * also if each step waits for its batch. Otherwise the reconciler closes sessions whose create would have succeeded.
     */
    @WithDefault("60s")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 1)
    @Bounds.AtLeast("wearon.sessions.create-budget")
    Duration reconcileMinAge();

    /** The number of charges that the reconciler reads at a time. */
    @WithDefault("500")
    @Min(1)
    @Max(10000)
    int reconcileBatch();
}
