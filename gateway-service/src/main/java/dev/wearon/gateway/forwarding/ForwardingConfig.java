package dev.wearon.gateway.forwarding;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.proxy")
interface ForwardingConfig {

    /** The maximum size of a success body, which is buffered for the envelope. */
    @WithDefault("1M")
    @WithConverter(Bounds.Bytes.class)
    @Min(65536)
    @Max(67108864)
    long responseLimit();

    @WithDefault("1s")
    @DurationMin(millis = 50)
    @DurationMax(seconds = 30)
    Duration connectTimeout();

    /** A stream without progress is cut after this time. An upload is cut if storage takes no bytes for this time. */
    @WithDefault("30s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 10)
    Duration streamIdleTimeout();

    /** An upload is cut if its client sends nothing for this time. The time that it waits for storage does not count. */
    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration uploadStallTimeout();

    /** The maximum duration of an upload, against clients that send very slowly. */
    @WithDefault("5m")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 1)
    @Bounds.AtLeast("wearon.proxy.upload-stall-timeout")
    Duration uploadTimeout();

    /** The maximum duration of a download, against clients that read very slowly. */
    @WithDefault("5m")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 1)
    Duration downloadTimeout();

    /** Connections to each service, divided among the event loops. As many calls may wait for a free connection. */
    @WithDefault("512")
    @Min(1)
    @Max(10000)
    int connections();

    /**
     * Connections to storage for uploads, and as many for downloads. The pools are separate, so that neither blocks the other
     * or the calls.
     */
    @WithDefault("64")
    @Min(1)
    @Max(10000)
    int streamConnections();

    /** Connections to each service for event streams; each stream uses one. */
    @WithDefault("1200")
    @Min(1)
    @Max(10000)
    int eventConnections();

    /** The breaker opens after this many consecutive failures, per service and pool. */
    @WithDefault("5")
    @Min(1)
    @Max(1000)
    int breakerFailures();

    /** The time between two test calls while the breaker is open. */
    @WithDefault("1s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration breakerDelay();
}
