package dev.wearon.storage.transfer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.storage")
interface TransferConfig {

    /** The most bytes of a result that a worker may store. */
    @WithDefault("20971520")
    @Min(1024)
    @Max(1073741824)
    long resultMaxBytes();

    /** The most pixels an image may have in width and in height; not more than {@code ImageLimits} says. */
    @WithDefault("8192")
    @Min(16)
    @Max(8192)
    int imageMaxSide();

    /** The most pixels an image may have in all; not more than {@code ImageLimits} says. */
    @WithDefault("25000000")
    @Min(256)
    @Max(25000000)
    long imageMaxPixels();

    /** The time in which a body must arrive. Without it, a slow sender would hold an open file for ever. */
    @WithDefault("2m")
    @DurationMin(seconds = 1)
    @DurationMax(minutes = 30)
    Duration receiveTimeout();
}
