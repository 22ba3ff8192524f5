package dev.wearon.generation.images;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.images")
interface ImagesConfig {

    /** Timeout of a call without image bytes. Reads and writes of bytes use the client's longer timeout. */
    @WithDefault("2s")
    @DurationMin(millis = 50)
    @DurationMax(seconds = 30)
    Duration responseTimeout();
}
