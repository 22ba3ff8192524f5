package dev.wearon.gateway.limits;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.OptionalInt;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * The limits of stores, their shoppers and their shopper tokens. An unknown tier counts as no tier. The interface is public,
 * because the framework validates the groups of a mapping by reflection.
 */
@ConfigMapping(prefix = "wearon.limits")
public interface LimitsConfig {

    PerMinute perMinute();

    PerHour perHour();

    /**
     * A store's limit of session reads per minute, as a multiple of its calls per minute. The same number limits the reads of
     * its shoppers' credits.
     */
    @WithDefault("20")
    @Min(1)
    @Max(1000)
    int pollsPerCall();

    /** Limits the reads of one shopper's credits. */
    @WithDefault("30")
    @Min(1)
    @Max(1000000)
    int shopperReadsPerMinute();

    /** The default for stores without a limit of their own. If it is not set, their shoppers have no limit. */
    @Min(1)
    @Max(1000000)
    OptionalInt shopperCreatesPerDay();

    /** Limits the calls with one shopper token, so that one page cannot use up the limits of its store. */
    @WithDefault("10")
    @Min(1)
    @Max(1000000)
    int tokenCallsPerMinute();

    /** Limits the reads of try-ons with one shopper token. */
    @WithDefault("60")
    @Min(1)
    @Max(1000000)
    int tokenPollsPerMinute();

    /** Limits the shopper tokens that one customer of a shop gets through its app proxy in 24 hours. */
    @WithDefault("30")
    @Min(1)
    @Max(1000000)
    int storefrontTokensPerShopper();

    /** Limits the shopper tokens that one network address gets through the app proxy of a shop in an hour. */
    @WithDefault("60")
    @Min(1)
    @Max(1000000)
    int storefrontTokensPerAddress();

    /** Which entry from the end of {@code X-Forwarded-For} is the shopper's address, behind the app proxy. */
    @WithDefault("2")
    @Min(1)
    @Max(10)
    int proxyHops();

    /** Limits the imports of images of one store. */
    @WithDefault("60")
    @Min(1)
    @Max(1000000)
    int importsPerMinute();

    /** Limits the imports of images with one shopper token. */
    @WithDefault("5")
    @Min(1)
    @Max(1000000)
    int tokenImportsPerMinute();

    /** How many gateways share the limits. They divide the calls that may be counted in advance. */
    @WithDefault("4")
    @Min(1)
    @Max(1000)
    int gateways();

    /** The gateway decides alone if Redis has not answered after this time. */
    @WithDefault("50ms")
    @DurationMin(millis = 1)
    @DurationMax(seconds = 10)
    Duration redisTimeout();

    /** After a timeout the gateway waits this long before its next call to Redis. */
    @WithDefault("1s")
    @DurationMin(millis = 10)
    @DurationMax(minutes = 1)
    Duration redisRetryAfter();

    /** The number of windows, and of slices, that the gateway keeps in its own memory. */
    @WithDefault("20000")
    @Min(1)
    @Max(1000000)
    int localWindows();

    interface PerMinute {
        @WithDefault("5")
        @Min(1)
        @Max(1000000)
        int withoutTier();

        @WithDefault("10")
        @Min(1)
        @Max(1000000)
        int starter();

        @WithDefault("30")
        @Min(1)
        @Max(1000000)
        int growth();

        @WithDefault("100")
        @Min(1)
        @Max(1000000)
        int scale();

        @WithDefault("500")
        @Min(1)
        @Max(1000000)
        int enterprise();
    }

    interface PerHour {
        @WithDefault("50")
        @Min(1)
        @Max(10000000)
        int withoutTier();

        @WithDefault("100")
        @Min(1)
        @Max(10000000)
        int starter();

        @WithDefault("500")
        @Min(1)
        @Max(10000000)
        int growth();

        @WithDefault("2000")
        @Min(1)
        @Max(10000000)
        int scale();

        @WithDefault("10000")
        @Min(1)
        @Max(10000000)
        int enterprise();
    }
}
