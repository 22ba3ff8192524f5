package dev.wearon.credits.notices;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings of the job that tells notes. */
@ConfigMapping(prefix = "wearon.notices")
interface NoticesConfig {

    /** The time between two runs of the job. */
    @WithDefault("5S")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration every();
}
