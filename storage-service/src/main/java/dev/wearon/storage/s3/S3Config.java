package dev.wearon.storage.s3;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.storage.s3")
interface S3Config {

    Optional<String> bucket();

    /** What every key begins with; storage looks at nothing else in the bucket. */
    @WithDefault("blobs/")
    String prefix();

    /** Where the bucket's server is, when it is not AWS. */
    Optional<URI> endpoint();

    @WithDefault("us-east-1")
    String region();

    /** The bucket's name in the path and not in the host, as servers of one's own want it. */
    @WithDefault("false")
    boolean pathStyle();

    Optional<String> accessKeyId();

    Optional<String> secretAccessKey();

    /** Connections to the bucket; one more call waits for one. */
    @WithDefault("128")
    @Min(1)
    @Max(10000)
    int connections();

    /** How many calls may wait for a connection. */
    @WithDefault("256")
    @Min(1)
    @Max(100000)
    int maxWaiting();

    @WithDefault("2s")
    @DurationMin(millis = 50)
    @DurationMax(minutes = 1)
    Duration connectTimeout();

    /** How long a call waits for a connection. */
    @WithDefault("5s")
    @DurationMin(millis = 50)
    @DurationMax(minutes = 1)
    Duration connectionTimeout();

    /** How long nothing may move; longer than the gateway allows, as it counts for a reader who takes nothing, too. */
    @WithDefault("35s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 30)
    Duration stallTimeout();

    /** How long a call that moves no image may take, with its repeats. */
    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration callTimeout();

    /** How often a call is tried; an upload is tried once, as its bytes have passed. */
    @WithDefault("3")
    @Min(1)
    @Max(10)
    int attempts();

    /** Blobs that are listed in one call. */
    @WithDefault("1000")
    @Min(1)
    @Max(1000)
    int pageSize();
}
