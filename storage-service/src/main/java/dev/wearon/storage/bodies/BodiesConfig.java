package dev.wearon.storage.bodies;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.storage")
interface BodiesConfig {

    /** The largest JSON body. */
    @WithDefault("65536")
    @Min(1024)
    @Max(1048576)
    long jsonMaxBytes();

    /** The most bytes of a refused body that are read and discarded, so that its sender reads the response. */
    @WithDefault("33554432")
    @Min(0)
    @Max(1073741824)
    long discardMaxBytes();

    /** The longest time for which a refused body is read. */
    @WithDefault("30s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 10)
    Duration discardTimeout();
}
