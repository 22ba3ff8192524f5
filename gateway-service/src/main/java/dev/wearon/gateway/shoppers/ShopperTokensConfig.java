package dev.wearon.gateway.shoppers;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.shopper-tokens")
interface ShopperTokensConfig {

    @WithDefault("10000")
    @Min(1)
    @Max(1000000)
    int cacheSize();

    /** Limits the look-ups per second for tokens that do not exist. API keys have a limit of their own. */
    @WithDefault("500")
    @Min(1)
    @Max(100000)
    int unknownPerSecond();

    /** The interval at which expired tokens are deleted. */
    @WithDefault("1m")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(millis = 100) @DurationMax(hours = 24) Duration> removalEvery();

    /** How long an expired token is kept. Longer than a create takes, so that its slot can still be given back. */
    @WithDefault("1h")
    @DurationMin(minutes = 2)
    @DurationMax(days = 30)
    Duration keptExpired();

    /** The number of tokens that one statement deletes. */
    @WithDefault("500")
    @Min(1)
    @Max(10000)
    int removalBatch();
}
