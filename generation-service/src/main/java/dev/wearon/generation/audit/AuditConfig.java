package dev.wearon.generation.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "wearon.reconciliation")
interface AuditConfig {

    /** A session that failed longer ago than this must have its refund. */
    @WithDefault("30s")
    Duration refundWithin();

    /** How long a report or a repair may take; shorter than the gateway waits for it. */
    @WithDefault("25s")
    Duration longest();
}
