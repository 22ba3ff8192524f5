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

    /** The most connections to the bucket. Further calls wait for a connection. */
    @WithDefault("128")
    @Min(1)
    @Max(10000)
    int connections();

    /** The most calls that wait for a connection. */
    @WithDefault("256")
    @Min(1)
    @Max(100000)
    int maxWaiting();

    @WithDefault("2s")
    @DurationMin(millis = 50)
    @DurationMax(minutes = 1)
    Duration connectTimeout();

    /** The longest wait of a call for a connection. */
    @WithDefault("5s")
    @DurationMin(millis = 50)
    @DurationMax(minutes = 1)
    Duration connectionTimeout();

    /** A call fails after this time without a byte. It exceeds the gateway's limit, because a slow reader also counts. */
    @WithDefault("35s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 30)
    Duration stallTimeout();

    /** The longest duration of a call without image bytes, with its retries. */
    @WithDefault("5s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration callTimeout();

    /** The most attempts of a call. An upload is attempted once, because its bytes cannot be read again. */
    @WithDefault("3")
    @Min(1)
    @Max(10)
    int attempts();

    /** The number of blobs in one page of a listing. */
    @WithDefault("1000")
    @Min(1)
    @Max(1000)
    int pageSize();
}
