package dev.wearon.storage.urls;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

@ConfigMapping(prefix = "wearon.storage")
interface UploadsConfig {

    /** The most bytes of an image that a store may upload. An upload URL is signed for the declared size. */
    @WithDefault("10485760")
    @Min(1024)
    @Max(1073741824)
    long uploadMaxBytes();
}
