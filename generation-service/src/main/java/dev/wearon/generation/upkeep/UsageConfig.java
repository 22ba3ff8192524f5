package dev.wearon.generation.upkeep;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.usage")
interface UsageConfig {

    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration mergeEvery();

    /** The number of rows that one statement merges. */
    @WithDefault("1000")
    @Min(1)
    @Max(10000)
    int batch();
}
