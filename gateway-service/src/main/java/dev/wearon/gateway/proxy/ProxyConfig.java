package dev.wearon.gateway.proxy;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;

@ConfigMapping(prefix = "wearon.proxy")
interface ProxyConfig {

    /** Where the services are; set through {@code WEARON_CREDITS_URL} and its siblings. */
    URI creditsUrl();

    URI generationUrl();

    URI storageUrl();

    @WithDefault("64K")
    MemorySize jsonBodyLimit();

    @WithDefault("10M")
    MemorySize uploadLimit();

    /** A success body is held whole until the envelope is around it. */
    @WithDefault("1M")
    MemorySize answerLimit();

    @WithDefault("1s")
    Duration connectTimeout();

    @WithDefault("2s")
    Duration answerTimeout();

    /** Longer than the create saga's own 10 s, so that its answer is never lost to our impatience. */
    @WithDefault("12s")
    Duration createTimeout();

    /** The operator's reports read the whole ledger, compare it with the sessions of a day, or touch every image. */
    @WithDefault("30s")
    Duration ledgerReportTimeout();

    /** How long a client may take to send a JSON body. */
    @WithDefault("10s")
    Duration bodyTimeout();

    /** A stream on which nothing moves for so long is cut; an upload, when it is storage that lets nothing move. */
    @WithDefault("30s")
    Duration streamIdleTimeout();

    /** An upload that waits so long for its client's next byte is cut; what waits for storage is not. */
    @WithDefault("5s")
    Duration uploadStallTimeout();

    /** How long an upload may take altogether, so that a client that sends a byte now and then comes to an end. */
    @WithDefault("5m")
    Duration uploadTimeout();

    /** And a download, so that a client that reads a byte now and then does not keep others from theirs. */
    @WithDefault("5m")
    Duration downloadTimeout();

    /** Connections to each service, shared out among the event loops; as many calls again may wait for one. */
    @WithDefault("128")
    int connections();

    /** Connections to storage for uploads, and as many again for downloads, so that neither starves the other or the calls. */
    @WithDefault("64")
    int streamConnections();

    /** After so many refused connections and late answers in a row a service is left alone, per pool of connections. */
    @WithDefault("5")
    int breakerFailures();

    /** So long, and then again until it answers the one call that goes through. */
    @WithDefault("1s")
    Duration breakerPause();
}
