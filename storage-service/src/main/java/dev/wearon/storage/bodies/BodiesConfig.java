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

    /** How many bytes of a refused body are read and discarded, so that its sender gets the response. */
    @WithDefault("33554432")
    @Min(0)
    @Max(1073741824)
    long discardMaxBytes();

    /** How long a refused body is read. */
    @WithDefault("30s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 10)
    Duration discardTimeout();
}
