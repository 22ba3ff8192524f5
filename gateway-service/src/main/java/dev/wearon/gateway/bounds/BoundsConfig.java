package dev.wearon.gateway.bounds;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Limits of a head must stay below the HTTP server's own, which answer without the envelope. */
@ConfigMapping(prefix = "wearon.bounds")
interface BoundsConfig {

    @WithDefault("100")
    int headerCount();

    /** Names and values together. */
    @WithDefault("16K")
    MemorySize headerBytes();

    /** With method and version less than the 4 KiB that the services behind take as a first line. */
    @WithDefault("4000")
    MemorySize urlBytes();

    @WithDefault("32")
    int jsonDepth();

    /** Of one store, at one gateway. */
    @WithDefault("64")
    int requestsPerStore();

    /** Objects of one store, at one gateway, in one direction: fewer than the connections there are for streams. */
    @WithDefault("32")
    int streamsPerStore();
}
