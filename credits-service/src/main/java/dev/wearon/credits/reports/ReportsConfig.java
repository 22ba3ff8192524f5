package dev.wearon.credits.reports;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** How long a report may read. */
@ConfigMapping(prefix = "wearon.audit")
interface ReportsConfig {

    /** When PostgreSQL gives a report up. No transaction of this service may live for 30 s, so it stays well below. */
    @WithDefault("25S")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 28)
    Duration statementTimeout();
}
