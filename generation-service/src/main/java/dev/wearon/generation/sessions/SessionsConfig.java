package dev.wearon.generation.sessions;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Numbers of a session's life; {@code docs/operations.md} lists them. */
@ConfigMapping(prefix = "wearon.sessions")
interface SessionsConfig {

    /** How long PostgreSQL may take for one statement, the wait for a connection included. */
    @WithDefault("2s")
    Duration tableTimeout();

    /** Inputs must live at least this long when a create names them, so that no worker finds them gone. */
    @WithDefault("15m")
    Duration inputsMustLive();

    /** How often the refunder looks for failed sessions whose credit is not back. A refund stands within 30 s. */
    @WithDefault("5s")
    Duration refundEvery();

    /** How long a create that failed waits for its refund before it answers; the refunder does it otherwise. */
    @WithDefault("1s")
    Duration refundPatience();

    /** How many it takes at a time. */
    @WithDefault("100")
    int refundBatch();

    /** How often the reconciler compares the ledger's charges with the sessions. */
    @WithDefault("30s")
    Duration reconcileEvery();

    /** Charges younger than this may still get their session. Must be longer than a create takes at the most. */
    @WithDefault("60s")
    Duration reconcileMinAge();

    /** How many charges it reads at a time. */
    @WithDefault("500")
    int reconcileBatch();
}
