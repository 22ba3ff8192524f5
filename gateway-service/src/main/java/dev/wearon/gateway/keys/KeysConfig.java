package dev.wearon.gateway.keys;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.keys")
interface KeysConfig {

    /** How often the database is asked what has changed. Above half a second the promise on revocation would break. */
    @WithDefault("500ms")
    @DurationMin(millis = 10)
    @DurationMax(millis = 500)
    Duration pollEvery();

    /** How long known keys go on while the database cannot be asked; at most a minute. */
    @WithDefault("60s")
    @DurationMin(seconds = 1)
    @DurationMax(minutes = 1)
    Duration maxStaleness();

    /** After how long a known key is looked up again although nothing has changed: rows may vanish without a trace. */
    @WithDefault("60s")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration cacheTtl();

    /** How many found keys are remembered at most. */
    @WithDefault("10000")
    @Min(1)
    @Max(1000000)
    int cacheSize();

    /** How long the database may take before the caller is told to come back. */
    @WithDefault("2s")
    @DurationMin(millis = 50)
    @DurationMax(seconds = 30)
    Duration lookupTimeout();

    /** How many look-ups in a second keys may cause that turn out to be nobody's. */
    @WithDefault("100")
    @Min(1)
    @Max(100000)
    int unknownPerSecond();
}
