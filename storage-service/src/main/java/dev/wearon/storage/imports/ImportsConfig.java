package dev.wearon.storage.imports;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.imports")
interface ImportsConfig {

    String HOST = "[a-z0-9.-]{1,253}:[1-9][0-9]{0,4}";
    String HOST_MESSAGE = "must be host:port in lower case";

    /** Hosts of the operator's own network, each with its port. They may have a private address, another port and plain http. */
    Optional<List<@Pattern(regexp = HOST, message = HOST_MESSAGE) String>> allowedHosts();

    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 30)
    Duration connectTimeout();

    /** The longest time of an import until all bytes have arrived. It must be shorter than the timeout of the gateway. */
    @WithDefault("15s")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 50)
    Duration timeout();

    /** The most imports of one process at the same time. Each may need twice the size of the largest image in memory. */
    @WithDefault("4")
    @Min(1)
    @Max(1000)
    int concurrent();

    /** How many of these may be of one store, so that a slow host of one store does not stop the others. */
    @WithDefault("2")
    @Min(1)
    @Max(1000)
    int concurrentPerStore();
}
