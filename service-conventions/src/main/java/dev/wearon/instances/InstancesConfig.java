package dev.wearon.instances;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.instances")
interface InstancesConfig {

    /** Not a variable: each service sets it. */
    List<String> roles();

    /** The time between two writes of the state. */
    @WithDefault("5S")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 10)
    Duration every();
}
