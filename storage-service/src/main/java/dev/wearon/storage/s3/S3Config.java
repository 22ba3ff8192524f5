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

    /** The prefix of every key. Storage uses no other object of the bucket. */
    @WithDefault("blobs/")
    String prefix();

    /** The server of the bucket, if it is not AWS. */
    Optional<URI> endpoint();

    @WithDefault("us-east-1")
    String region();

    /** Puts the bucket's name into the path instead of the host, as most other servers need. */
    @WithDefault("false")
    boolean pathStyle();

    Optional<String> accessKeyId();

    Optional<String> secretAccessKey();

    /** Connections to the bucket. Further calls wait for one. */
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

    /** How long no byte may move. Longer than the gateway's limit, as a slow reader counts, too. */
    @WithDefault("35s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 30)
    Duration stallTimeout();

    /** How long a call without image bytes may take, with its retries. */
    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration callTimeout();

    /** How often a call is attempted. An upload is attempted once, as its bytes cannot be read again. */
    @WithDefault("3")
    @Min(1)
    @Max(10)
    int attempts();

    /** Blobs in one page of a listing. */
    @WithDefault("1000")
    @Min(1)
    @Max(1000)
    int pageSize();
}
