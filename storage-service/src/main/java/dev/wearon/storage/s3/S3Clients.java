package dev.wearon.storage.s3;

import io.netty.channel.EventLoopGroup;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;

/**
 * Two clients of one bucket. They share their connections, and the event loops of the service.
 *
 * @param withoutRetries the client for calls whose body cannot be sent twice
 * @param withRetries the client that repeats a failed call, as often as configured
 */
record S3Clients(SdkAsyncHttpClient connections, S3AsyncClient withoutRetries, S3AsyncClient withRetries)
        implements AutoCloseable {

    /** Without an access key this waits for credentials of AWS, so it must not be called on an event loop. */
    static S3Clients open(S3Config config, EventLoopGroup loops) {
        AwsCredentialsProvider credentials = S3Credentials.of(config);
        SdkAsyncHttpClient connections = NettyNioAsyncHttpClient.builder()
                .maxConcurrency(config.connections())
                .maxPendingConnectionAcquires(config.maxWaiting())
                .connectionTimeout(config.connectTimeout())
                .tlsNegotiationTimeout(config.connectTimeout())
                .connectionAcquisitionTimeout(config.connectionTimeout())
                .readTimeout(config.stallTimeout())
                .writeTimeout(config.stallTimeout())
                .eventLoopGroup(SdkEventLoopGroup.create(loops))
                .build();
        return new S3Clients(
                connections,
                client(config, credentials, connections, AwsRetryStrategy.doNotRetry()),
                client(
                        config,
                        credentials,
                        connections,
                        AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(config.attempts())
                                .build()));
    }

    private static S3AsyncClient client(
            S3Config config,
            AwsCredentialsProvider credentials,
            SdkAsyncHttpClient connections,
            RetryStrategy retries) {
        S3AsyncClientBuilder builder = S3AsyncClient.builder()
                .httpClient(connections)
                .region(Region.of(config.region()))
                .forcePathStyle(config.pathStyle())
                .credentialsProvider(credentials)
                // Many servers other than AWS do not support the newer checksums.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(calls -> calls.retryStrategy(retries));
        config.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    static String required(Optional<String> value, String variable, String must) {
        return value.orElseThrow(
                () -> new ConfigurationException("WEARON_STORAGE_S3_%s must %s.".formatted(variable, must)));
    }

    @Override
    public void close() {
        withoutRetries.close();
        withRetries.close();
        connections.close();
    }
}
