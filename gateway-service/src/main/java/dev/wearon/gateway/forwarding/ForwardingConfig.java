package dev.wearon.gateway.forwarding;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.proxy")
interface ForwardingConfig {

    /** Where the services are; set through {@code WEARON_CREDITS_URL} and its siblings. */
    URI creditsUrl();

    URI generationUrl();

    URI storageUrl();

    /** A success body is held whole until the envelope is around it. */
    @WithDefault("1M")
    @WithConverter(Bounds.Bytes.class)
    @Min(65536)
    @Max(67108864)
    long responseLimit();

    @WithDefault("1s")
    @DurationMin(millis = 50)
    @DurationMax(seconds = 30)
    Duration connectTimeout();

    /** A stream on which nothing moves for so long is cut; an upload, when it is storage that lets nothing move. */
    @WithDefault("30s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 10)
    Duration streamIdleTimeout();

    /** An upload that waits so long for its client's next byte is cut; what waits for storage is not. */
    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration uploadStallTimeout();

    /** How long an upload may take altogether, so that a client that sends a byte now and then comes to an end. */
    @WithDefault("5m")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 1)
    @Bounds.AtLeast("wearon.proxy.upload-stall-timeout")
    Duration uploadTimeout();

    /** And a download, so that a client that reads a byte now and then does not keep others from theirs. */
    @WithDefault("5m")
    @DurationMin(seconds = 1)
    @DurationMax(hours = 1)
    Duration downloadTimeout();

    /** Connections to each service, shared out among the event loops; as many calls again may wait for one. */
    @WithDefault("128")
    @Min(1)
    @Max(10000)
    int connections();

    /** Connections to storage for uploads, and as many again for downloads, so that neither starves the other or the calls. */
    @WithDefault("64")
    @Min(1)
    @Max(10000)
    int streamConnections();

    /** Connections to each service for event streams, each of which holds one. */
    @WithDefault("256")
    @Min(1)
    @Max(10000)
    int eventConnections();

    /** After so many refused connections and late answers in a row a service is left alone, per pool of connections. */
    @WithDefault("5")
    @Min(1)
    @Max(1000)
    int breakerFailures();

    /** So long, and then again until it answers the one call that goes through. */
    @WithDefault("1s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration breakerDelay();
}
