package dev.wearon.gateway.limits;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** How much a store and its shoppers may ask for. A tier that is not known is none. */
@ConfigMapping(prefix = "wearon.limits")
interface LimitsConfig {

    PerMinute perMinute();

    PerHour perHour();

    /**
     * How often a store may ask how its sessions are doing, and how often for its shoppers' credits: so many times its calls
     * per minute.
     */
    @WithDefault("20")
    int pollsPerCall();

    /** Of one shopper's credits, in a minute. */
    @WithDefault("30")
    int shopperReadsPerMinute();

    /** For stores that have no figure of their own; unset, their shoppers have no limit. */
    OptionalInt shopperCreatesPerDay();

    /** How long Redis may take before a request is decided here. */
    @WithDefault("50ms")
    Duration patience();

    /** For how long Redis is left alone once it was late. */
    @WithDefault("1s")
    Duration pause();

    /** How many windows are remembered here while Redis is away. */
    @WithDefault("20000")
    int rememberedCount();

    interface PerMinute {
        @WithDefault("5")
        int withoutTier();

        @WithDefault("10")
        int starter();

        @WithDefault("30")
        int growth();

        @WithDefault("100")
        int scale();

        @WithDefault("500")
        int enterprise();
    }

    interface PerHour {
        @WithDefault("50")
        int withoutTier();

        @WithDefault("100")
        int starter();

        @WithDefault("500")
        int growth();

        @WithDefault("2000")
        int scale();

        @WithDefault("10000")
        int enterprise();
    }
}
