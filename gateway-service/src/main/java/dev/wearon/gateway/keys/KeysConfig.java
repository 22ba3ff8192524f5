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

    /** The interval at which changes are read. At most half a second, so that a revocation takes effect within a second. */
    @WithDefault("500ms")
    @DurationMin(millis = 10)
    @DurationMax(millis = 500)
    Duration pollEvery();

    /** Cached keys are valid for this long while changes cannot be read from the database. */
    @WithDefault("60s")
    @DurationMin(seconds = 1)
    @DurationMax(minutes = 1)
    Duration maxStaleness();

    /** A cached key is read again after this time, even without a change: a deleted row leaves no change. */
    @WithDefault("60s")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration cacheTtl();

    /** Also limits the keys whose last use waits to be written. */
    @WithDefault("10000")
    @Min(1)
    @Max(1000000)
    int cacheSize();

    /** The interval at which the last uses are written. With the statement's time limit they are at most a minute behind. */
    @WithDefault("30s")
    @DurationMin(seconds = 1)
    @DurationMax(seconds = 30)
    Duration lastUseEvery();

    /** The timeout of a look-up. After it the caller gets 503. */
    @WithDefault("2s")
    @DurationMin(millis = 50)
    @DurationMax(seconds = 30)
    Duration lookupTimeout();

    /** Limits the look-ups per second for keys that do not exist. */
    @WithDefault("500")
    @Min(1)
    @Max(100000)
    int unknownPerSecond();
}
