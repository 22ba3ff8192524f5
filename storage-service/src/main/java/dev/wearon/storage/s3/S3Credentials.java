package dev.wearon.storage.s3;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/**
 * The credentials of the bucket: the configured access key, or what the machine has for programs of AWS, for example the role of
 * a pod or of an instance.
 */
final class S3Credentials {

    private S3Credentials() {}

    static AwsCredentialsProvider of(S3Config config) {
        if (config.accessKeyId().isPresent() || config.secretAccessKey().isPresent()) {
            return StaticCredentialsProvider.create(AwsBasicCredentials.create(
                    S3Clients.required(config.accessKeyId(), "ACCESS_KEY_ID", "name the key that may use the bucket"),
                    S3Clients.required(config.secretAccessKey(), "SECRET_ACCESS_KEY", "be the secret of that key")));
        }
        DefaultCredentialsProvider ofTheMachine = DefaultCredentialsProvider.builder()
                // Gets new credentials in a thread of its own, before the old ones expire.
                .asyncCredentialUpdateEnabled(true)
                .build();
        try {
            ofTheMachine.resolveCredentials();
        } catch (SdkClientException none) {
            throw new ConfigurationException(
                    "WEARON_STORAGE_S3_ACCESS_KEY_ID must name the key that may use the bucket, because this machine has no"
                            + " credentials of AWS: " + none.getMessage(),
                    none);
        }
        return new OffTheEventLoops(ofTheMachine);
    }

    /** The providers of the SDK block while they read a file or ask a server. Later calls get what they remember. */
    private record OffTheEventLoops(AwsCredentialsProvider blocking) implements AwsCredentialsProvider {

        @Override
        public AwsCredentials resolveCredentials() {
            return blocking.resolveCredentials();
        }

        @Override
        public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
            return CompletableFuture.supplyAsync(blocking::resolveCredentials, Infrastructure.getDefaultExecutor());
        }
    }
}
