package dev.wearon.generation.sessions;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Settings of sessions; {@code docs/operations.md} lists them. */
@ConfigMapping(prefix = "wearon.sessions")
public interface SessionsConfig {

    /** How long a create may take. After it the response is 503; the saga itself continues to its end. */
    @WithDefault("10s")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 55)
    Duration createBudget();

    /** How many unfinished sessions a store may have. A create above that is refused before the charge. */
    @WithDefault("1000")
    @Min(1)
    @Max(1000000)
    int unfinishedPerStore();

    /** How long an Idempotency-Key is stored after its last create began. */
    @WithDefault("24h")
    @DurationMin(minutes = 1)
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

    /** How long a failed create waits for its refund before it answers. After that the refunder does it. */
    @WithDefault("1s")
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 10)
    Duration refundTimeout();

    /** Age of a failure from which the refunder handles it. Before that, the code that failed the session does. */
    @WithDefault("3s")
    @DurationMin(seconds = 0)
    @DurationMax(minutes = 10)
    Duration refundMinAge();

    /** How many failed sessions the refunder reads at a time. */
    @WithDefault("500")
    @Min(1)
    @Max(10000)
    int refundBatch();

    /** How many releases it sends to the ledger at the same time. */
    @WithDefault("16")
    @Min(1)
    @Max(1000)
    int refundConcurrency();

    @WithDefault("30s")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration reconcileEvery();

    /** Minimum age of the charges that the reconciler checks. It must be longer than a create can take. */
    @WithDefault("60s")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 1)
    @Bounds.AtLeast("wearon.sessions.create-budget")
    Duration reconcileMinAge();

    /** How many charges the reconciler reads at a time. */
    @WithDefault("500")
    @Min(1)
    @Max(10000)
    int reconcileBatch();
}
