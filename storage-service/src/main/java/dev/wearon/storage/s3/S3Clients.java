package dev.wearon.storage.s3;

import io.netty.channel.EventLoopGroup;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
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

    static S3Clients open(S3Config config, EventLoopGroup loops) {
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
                client(config, connections, AwsRetryStrategy.doNotRetry()),
                client(
                        config,
                        connections,
                        AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(config.attempts())
                                .build()));
    }

    private static S3AsyncClient client(S3Config config, SdkAsyncHttpClient connections, RetryStrategy retries) {
        S3AsyncClientBuilder builder = S3AsyncClient.builder()
                .httpClient(connections)
                .region(Region.of(config.region()))
                .forcePathStyle(config.pathStyle())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        required(config.accessKeyId(), "ACCESS_KEY_ID", "name the key that may use the bucket"),
                        required(config.secretAccessKey(), "SECRET_ACCESS_KEY", "be the secret of that key"))))
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
