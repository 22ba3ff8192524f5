package dev.wearon.generation.sessions;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Numbers of a session's life; {@code docs/operations.md} lists them. */
@ConfigMapping(prefix = "wearon.sessions")
public interface SessionsConfig {

    /** How long a create may take. After it the answer is 503; the saga itself goes on to its end. */
    @WithDefault("10s")
    Duration createBudget();

    /** Unfinished sessions a store may have; a create above that is refused before any charge. */
    @WithDefault("1000")
    int unfinishedPerStore();

    /** How long an Idempotency-Key is known after its last create began. */
    @WithDefault("24h")
    Duration keysKnown();

    /** Inputs must live at least this long when a create names them, so that no worker finds them gone. */
    @WithDefault("15m")
    Duration inputsMustLive();

    /** How long a create that failed waits for its refund before it answers; the refunder does it otherwise. */
    @WithDefault("1s")
    Duration refundPatience();

    /** Until a session has failed so long ago, whoever failed it is releasing it; the refunder leaves it alone. */
    @WithDefault("3s")
    Duration refundMinAge();

    /** How many failed sessions the refunder takes at a time. */
    @WithDefault("500")
    int refundBatch();

    /** How many of them it asks the ledger about at the same time. */
    @WithDefault("16")
    int refundsAtOnce();

    /** Charges younger than this may still get their session. Must be longer than a create takes at the most. */
    @WithDefault("60s")
    Duration reconcileMinAge();

    /** How many charges the reconciler reads at a time. */
    @WithDefault("500")
    int reconcileBatch();
}
