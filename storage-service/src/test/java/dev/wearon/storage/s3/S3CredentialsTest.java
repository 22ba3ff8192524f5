package dev.wearon.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/** The SDK reads the same settings from system properties of the JVM as from environment variables, which a test cannot set. */
class S3CredentialsTest {

    private static final String PREFIX = "wearon.storage.s3.";

    private final List<String> changed = new ArrayList<>();

    @AfterEach
    void clear() {
        changed.forEach(System::clearProperty);
    }

    private void set(String property, String value) {
        changed.add(property);
        System.setProperty(property, value);
    }

    private static AwsCredentialsProvider with(Map<String, String> settings) {
        return S3Credentials.of(new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(S3Config.class)
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withValidateUnknown(false)
                .build()
                .getConfigMapping(S3Config.class));
    }

    private static AwsCredentialsIdentity resolved(AwsCredentialsProvider provider) throws Exception {
        return provider.resolveIdentity(ResolveIdentityRequest.builder().build())
                .get(20, TimeUnit.SECONDS);
    }

    @Test
    void areTheConfiguredKeyAlsoIfTheMachineHasOthers() throws Exception {
        set("aws.accessKeyId", "of-the-machine");
        set("aws.secretAccessKey", "secret-of-the-machine");
        AwsCredentialsProvider configured =
                with(Map.of(PREFIX + "access-key-id", "ours", PREFIX + "secret-access-key", "secret"));
        assertThat(resolved(configured).accessKeyId()).isEqualTo("ours");
    }

    @Test
    void areThoseOfTheMachineWithoutAKey() throws Exception {
        set("aws.accessKeyId", "of-the-machine");
        set("aws.secretAccessKey", "secret-of-the-machine");
        assertThat(resolved(with(Map.of())).accessKeyId()).isEqualTo("of-the-machine");
    }

    @Test
    void halfAKeyIsRefused() {
        assertThatThrownBy(() -> with(Map.of(PREFIX + "access-key-id", "ours")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("WEARON_STORAGE_S3_SECRET_ACCESS_KEY");
    }

    /** As in a pod of Kubernetes whose service account has a role. The answer is what AWS documents. */
    @Test
    void areThoseOfTheRoleOfThePod(@TempDir Path folder) throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer sts = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sts.createContext("/", call -> {
            asked.add(new String(call.getRequestBody().readAllBytes(), UTF_8));
            byte[] answer =
                    """
                    <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                      <AssumeRoleWithWebIdentityResult>
                        <AssumedRoleUser>
                          <Arn>arn:aws:sts::123456789012:assumed-role/wearon-storage/pod</Arn>
                          <AssumedRoleId>AROACLKWSDQRAOEXAMPLE:pod</AssumedRoleId>
                        </AssumedRoleUser>
                        <Credentials>
                          <AccessKeyId>of-the-role</AccessKeyId>
                          <SecretAccessKey>secret-of-the-role</SecretAccessKey>
                          <SessionToken>session-of-the-role</SessionToken>
                          <Expiration>%s</Expiration>
                        </Credentials>
                      </AssumeRoleWithWebIdentityResult>
                    </AssumeRoleWithWebIdentityResponse>
                    """.formatted(Instant.now().plus(Duration.ofHours(1))).getBytes(UTF_8);
            call.getResponseHeaders().set("Content-Type", "text/xml");
            call.sendResponseHeaders(200, answer.length);
            call.getResponseBody().write(answer);
            call.close();
        });
        sts.start();
        try {
            set("aws.region", "eu-central-1");
            set("aws.endpointUrlSts", "http://127.0.0.1:" + sts.getAddress().getPort());
            set("aws.roleArn", "arn:aws:iam::123456789012:role/wearon-storage");
            set(
                    "aws.webIdentityTokenFile",
                    Files.writeString(folder.resolve("token"), "token-of-the-pod")
                            .toString());
            AwsCredentialsProvider provider = with(Map.of());
            assertThat(resolved(provider).accessKeyId()).isEqualTo("of-the-role");
            assertThat(resolved(provider).secretAccessKey()).isEqualTo("secret-of-the-role");
            assertThat(asked)
                    .singleElement()
                    .asString()
                    .contains("Action=AssumeRoleWithWebIdentity", "WebIdentityToken=token-of-the-pod");
        } finally {
            sts.stop(0);
        }
    }
}
