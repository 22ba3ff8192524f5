package dev.wearon.generation.streams;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Settings of event streams; {@code docs/operations/configuration.md} lists them. */
@ConfigMapping(prefix = "wearon.streams")
interface StreamsConfig {

    /** Open event streams and waiting requests of all stores at this instance. */
    @WithDefault("1200")
    @Min(1)
    @Max(100000)
    int places();

    /** Shorter than the 30 s of silence after which the gateway cuts a stream. */
    @WithDefault("15s")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 20)
    Duration heartbeat();

    /** The client connects again after it, perhaps to another instance. */
    @WithDefault("15m")
    @DurationMin(seconds = 1)
    @DurationMax(minutes = 15)
    Duration longest();
}
