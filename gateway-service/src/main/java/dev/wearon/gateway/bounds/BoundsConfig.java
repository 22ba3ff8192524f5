package dev.wearon.gateway.bounds;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** Limits of the request head must be lower than those of the HTTP server, which refuses without the envelope. */
@ConfigMapping(prefix = "wearon.bounds")
interface BoundsConfig {

    @WithDefault("100")
    @Min(10)
    @Max(1000)
    int headerCount();

    /** The sum of all names and values. */
    @WithDefault("16K")
    @WithConverter(Bounds.Bytes.class)
    @Min(1024)
    @Max(61440)
    long headerBytes();

    /** A URL with method and version must be shorter than 4 KiB, the longest first line that the services accept. */
    @WithDefault("4000")
    @WithConverter(Bounds.Bytes.class)
    @Min(256)
    @Max(4070)
    long urlBytes();

    @WithDefault("32")
    @Min(1)
    @Max(500)
    int jsonDepth();

    /** Concurrent requests of one store per gateway. Should be lower than the connections to a service. */
    @WithDefault("256")
    @Min(1)
    @Max(10000)
    int requestsPerStore();

    /**
     * Concurrent uploads, and concurrent downloads, of one store per gateway. Should be lower than the connections for
     * streams.
     */
    @WithDefault("32")
    @Min(1)
    @Max(10000)
    int streamsPerStore();

    /** Concurrent event streams of one store per gateway. Should be lower than the connections for them. */
    @WithDefault("50")
    @Min(1)
    @Max(10000)
    int eventsPerStore();
}
