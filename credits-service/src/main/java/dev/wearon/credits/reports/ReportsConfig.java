package dev.wearon.credits.reports;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.audit")
interface ReportsConfig {

    /** When PostgreSQL cancels a report. The service's role has a transaction timeout of 30 s, so it must be shorter. */
    @WithDefault("25S")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 28)
    Duration statementTimeout();
}
