package dev.wearon.storage.objects;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

@ConfigMapping(prefix = "wearon.storage")
interface ObjectsConfig {

    /** How long an object lives after it was written. */
    @WithDefault("6h")
    Duration retention();

    /** The largest result a worker may store. */
    @WithDefault("20971520")
    long resultMaxBytes();

    /** The most pixels an image may have in width and in height. */
    @WithDefault("8192")
    int imageMaxSide();

    /** The most pixels an image may have in all. */
    @WithDefault("25000000")
    long imageMaxPixels();

    /** In which time a body must have come in whole; a sender that only drips would hold its file for ever. */
    @WithDefault("2m")
    Duration receiveTimeout();
}
