package dev.wearon.generation.sessions;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Numbers of a session's life; {@code docs/operations.md} lists them. */
@ConfigMapping(prefix = "wearon.sessions")
public interface SessionsConfig {

    /** How long a create may take. After it the answer is 503; the saga itself goes on to its end. */
    @WithDefault("10s")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 55)
    Duration createBudget();

    /** Unfinished sessions a store may have; a create above that is refused before any charge. */
    @WithDefault("1000")
    @Min(1)
    @Max(1000000)
    int unfinishedPerStore();

    /** How long an Idempotency-Key is known after its last create began. */
    @WithDefault("24h")
    @DurationMin(minutes = 1)
    @DurationMax(days = 30)
    Duration idempotencyKeyTtl();

    /** Inputs must live at least this long when a create names them, so that no worker finds them gone. */
    @WithDefault("15m")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 24)
    Duration inputMinLifetime();

    /** How often the refunder looks. */
    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration refundEvery();

    /** How long a create that failed waits for its refund before it answers; the refunder does it otherwise. */
    @WithDefault("1s")
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 10)
    Duration refundTimeout();

    /** Until a session has failed so long ago, whoever failed it is releasing it; the refunder leaves it alone. */
    @WithDefault("3s")
    @DurationMin(seconds = 0)
    @DurationMax(minutes = 10)
    Duration refundMinAge();

    /** How many failed sessions the refunder takes at a time. */
    @WithDefault("500")
    @Min(1)
    @Max(10000)
    int refundBatch();

    /** How many of them it asks the ledger about at the same time. */
    @WithDefault("16")
    @Min(1)
    @Max(1000)
    int refundConcurrency();

    /** How often charges are compared with sessions. */
    @WithDefault("30s")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration reconcileEvery();

    /** Charges younger than this may still get their session. Must be longer than a create takes at the most. */
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
