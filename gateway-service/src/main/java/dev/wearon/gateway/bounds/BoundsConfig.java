package dev.wearon.gateway.bounds;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** Limits of a head must stay below the HTTP server's own, which answer without the envelope. */
@ConfigMapping(prefix = "wearon.bounds")
interface BoundsConfig {

    @WithDefault("100")
    @Min(10)
    @Max(1000)
    int headerCount();

    /** Names and values together. */
    @WithDefault("16K")
    @WithConverter(Bounds.Bytes.class)
    @Min(1024)
    @Max(61440)
    long headerBytes();

    /** With method and version less than the 4 KiB that the services behind take as a first line. */
    @WithDefault("4000")
    @WithConverter(Bounds.Bytes.class)
    @Min(256)
    @Max(4070)
    long urlBytes();

    @WithDefault("32")
    @Min(1)
    @Max(500)
    int jsonDepth();

    /** Of one store, at one gateway. */
    @WithDefault("64")
    @Min(1)
    @Max(10000)
    int requestsPerStore();

    /** Objects of one store, at one gateway, in one direction: fewer than the connections there are for streams. */
    @WithDefault("32")
    @Min(1)
    @Max(10000)
    int streamsPerStore();

    /** Event streams of one store, at one gateway: fewer than the connections there are for them. */
    @WithDefault("32")
    @Min(1)
    @Max(10000)
    int eventsPerStore();
}
