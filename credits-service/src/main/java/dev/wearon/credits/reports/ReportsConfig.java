package dev.wearon.credits.reports;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.reports")
interface ReportsConfig {

    /** PostgreSQL cancels a report after this time. The role's transaction timeout, 30 s, must be longer. */
    @WithDefault("25S")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 28)
    Duration statementTimeout();
}
