package dev.wearon.storage.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.processes.Ports;
import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.BackendConformance;
import dev.wearon.storage.backends.BackendFault;
import dev.wearon.storage.backends.BackendRefused;
import dev.wearon.storage.backends.Blob;
import dev.wearon.storage.backends.Content;
import dev.wearon.storage.backends.NoSpace;
import dev.wearon.testkit.S3Server;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Multi;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class S3ConformanceTest extends BackendConformance {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static Vertx vertx;
    private static Backend bucket;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        bucket = open(Map.of(
                "wearon.storage.s3.prefix",
                "conformance/",
                "wearon.storage.s3.page-size",
                "5",
                "wearon.storage.s3.connections",
                "8"));
    }

    @AfterAll
    static void close() throws Exception {
        bucket.close();
        vertx.closeAndAwait();
    }

    /** Reads the configuration as the service does. */
    private static Backend open(Map<String, String> others) {
        Map<String, String> settings = new HashMap<>(S3Server.shared().settings());
        settings.putAll(others);
        S3Config config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(S3Config.class)
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withValidateUnknown(false)
                .build()
                .getConfigMapping(S3Config.class);
        return new S3(vertx, config);
    }

    @Override
    protected Backend backend() {
        return bucket;
    }

    @Test
    void seesOnlyItsPrefix() throws Exception {
        try (Backend other = open(Map.of("wearon.storage.s3.prefix", "conformance-of-another/"))) {
            String blob = UUID.randomUUID().toString();
            other.write(blob, 4, Multi.createFrom().item(Buffer.buffer("here")))
                    .await()
                    .atMost(TIMEOUT);
            assertThat(bucket.size(blob).await().atMost(TIMEOUT)).isEmpty();
            assertThat(bucket.list().map(Blob::name).collect().asList().await().atMost(TIMEOUT))
                    .isNotEmpty()
                    .doesNotContain(blob);
        }
    }

    @Test
    void acceptsOneOfSeveralConcurrentClaims() throws Exception {
        try (Backend fresh = open(Map.of("wearon.storage.s3.prefix", "raced-for/"))) {
            List<Boolean> won = Multi.createFrom()
                    .range(0, 8)
                    .onItem()
                    .transformToUni(suite -> fresh.claim("suite-" + suite)
                            .replaceWith(true)
                            .onFailure(BackendRefused.class)
                            .recoverWithItem(false))
                    .merge(8)
                    .collect()
                    .asList()
                    .await()
                    .atMost(TIMEOUT);
            assertThat(won).hasSize(8).containsOnlyOnce(true);
        }
    }

    @Test
    void namesTheVariableThatAnOperatorMustChange() throws Exception {
        for (var wrong : Map.of(
                        "access-key-id", "WEARON_STORAGE_S3_ACCESS_KEY_ID",
                        "secret-access-key", "WEARON_STORAGE_S3_SECRET_ACCESS_KEY",
                        "bucket", "WEARON_STORAGE_S3_BUCKET")
                .entrySet()) {
            try (Backend refusing = open(Map.of("wearon.storage.s3." + wrong.getKey(), "another"))) {
                assertThatThrownBy(() -> refusing.claim("a-suite").await().atMost(TIMEOUT))
                        .isInstanceOf(BackendRefused.class)
                        .hasMessageContaining(wrong.getValue())
                        .hasMessageNotContaining("a-secret")
                        .message()
                        .hasSizeLessThan(300)
                        .doesNotContain("\n");
            }
        }
    }

    @Test
    void reportsAnUnreachableBucket() throws Exception {
        for (Map<String, String> wrong : new Map[] {
            Map.of("wearon.storage.s3.secret-access-key", "another"),
            Map.of("wearon.storage.s3.endpoint", "http://127.0.0.1:" + Ports.free())
        }) {
            try (Backend unreachable = open(wrong)) {
                if (wrong.containsKey("wearon.storage.s3.endpoint")) {
                    assertThatThrownBy(
                                    () -> unreachable.claim("a-suite").await().atMost(TIMEOUT))
                            .isInstanceOf(BackendFault.class);
                }
                assertThatThrownBy(() -> unreachable.probe().await().atMost(TIMEOUT))
                        .isInstanceOf(BackendFault.class);
                assertThatThrownBy(() -> unreachable
                                .write("x", 4, Multi.createFrom().item(Buffer.buffer("here")))
                                .await()
                                .atMost(TIMEOUT))
                        .isInstanceOf(BackendFault.class);
            }
        }
    }

    @Test
    void reportsABucketThatStallsDuringARead() throws Exception {
        try (ServerSocket stopping = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Backend stopped = open(Map.of(
                        "wearon.storage.s3.endpoint",
                        "http://127.0.0.1:" + stopping.getLocalPort(),
                        "wearon.storage.s3.stall-timeout",
                        "1s"))) {
            Thread.startVirtualThread(() -> {
                try (Socket connection = stopping.accept()) {
                    var request = new BufferedReader(new InputStreamReader(connection.getInputStream(), US_ASCII));
                    while (!request.readLine().isEmpty()) {
                        // The client ignores a response that arrives before its request is sent.
                    }
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhere".getBytes(US_ASCII));
                    // Waits until the client closes the connection.
                    request.transferTo(Writer.nullWriter());
                } catch (IOException left) {
                    // The test is over.
                }
            });
            var content = (Content.Streamed)
                    stopped.read("x", 0, 10).await().atMost(TIMEOUT).orElseThrow();
            assertThatThrownBy(() -> content.bytes().collect().asList().await().atMost(TIMEOUT))
                    .isInstanceOf(BackendFault.class);
        }
    }

    @Test
    void reportsAFullBucket() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Backend bucket =
                        open(Map.of("wearon.storage.s3.endpoint", "http://127.0.0.1:" + full.getLocalPort()))) {
            Thread.startVirtualThread(() -> {
                try (Socket connection = full.accept()) {
                    connection.getInputStream().read(new byte[16 * 1024]);
                    connection
                            .getOutputStream()
                            .write(("HTTP/1.1 507 Insufficient Storage\r\nConnection: close\r\n"
                                            + "Content-Length: 0\r\n\r\n")
                                    .getBytes(US_ASCII));
                } catch (IOException left) {
                    // The test is over.
                }
            });
            assertThatThrownBy(() -> bucket.write("x", 4, Multi.createFrom().item(Buffer.buffer("here")))
                            .await()
                            .atMost(TIMEOUT))
                    .satisfies(failed -> assertThat(Stream.iterate(failed, Objects::nonNull, Throwable::getCause))
                            .hasAtLeastOneElementOfType(NoSpace.class));
        }
    }

    @Test
    void namesTheVariableThatIsMissing() {
        for (String name : new String[] {"bucket", "access-key-id", "secret-access-key"}) {
            assertThatThrownBy(() -> open(Map.of("wearon.storage.s3." + name, "")))
                    .hasMessageContaining(
                            "WEARON_STORAGE_S3_" + name.replace('-', '_').toUpperCase(Locale.ROOT));
        }
    }
}
