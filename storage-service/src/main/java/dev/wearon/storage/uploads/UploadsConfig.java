package dev.wearon.storage.uploads;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

@ConfigMapping(prefix = "wearon.storage")
interface UploadsConfig {

    /** The largest image a store may upload; an upload URL is signed for the size that was declared. */
    @WithDefault("10485760")
    long uploadMaxBytes();
}
