package dev.wearon.generation.reconciliation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.reconciliation")
interface ReconciliationConfig {

    /** A session that failed longer ago than this must have its refund. */
    @WithDefault("30s")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 24)
    Duration refundWithin();

    /** The time limit of a report or a repair. It must be shorter than the gateway's timeout. */
    @WithDefault("25s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration reportTimeout();
}
