package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.wearon.processes.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every failure has a way out. RunningSuiteTest runs the command with a suite that is up. */
class DoctorTest {

    @TempDir
    Path folder;

    private Layout layout;

    @BeforeEach
    void choosePorts() throws IOException {
        layout = new Layout(folder, folder.resolve("data"), Ports.freeRange(Layout.PORTS));
    }

    @Test
    void findsNothingWrongAndCreatesNothing() {
        Map<String, Finding> findings = examine(Map.of());
        assertThat(findings.values()).allSatisfy(finding -> {
            assertThat(finding.state()).as(finding.toString()).isNotEqualTo(Finding.State.FAIL);
            assertThat(finding.hint() == null).isEqualTo(finding.state() == Finding.State.OK);
        });
        assertThat(findings)
                .containsKeys("jdk", "ports", "disk", "postgres", "redis", "s3", "clock", "suite", "variables");
        assertThat(findings.get("build").state()).isEqualTo(Finding.State.WARN);
        assertThat(layout.data()).doesNotExist();
    }

    @Test
    void namesAUsedPortAndItsProcess() throws IOException {
        try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress("127.0.0.1", layout.redisPort()));
            Finding ports = failed("ports", Map.of());
            assertThat(ports.detail()).contains(layout.redisPort() + " (redis)");
            assertThat(ports.hint()).contains("--port-base");
        }
    }

    @Test
    void reportsServersThatDoNotAnswer() throws IOException {
        int closed = Ports.free();
        Map<String, String> environment = Map.of(
                "WEARON_DB_URL", "postgresql://ann:hush@127.0.0.1:" + closed + "/wearon",
                "WEARON_REDIS_URL", "redis://:hush@127.0.0.1:" + closed,
                "WEARON_STORAGE_BACKEND", "s3",
                "WEARON_STORAGE_S3_BUCKET", "pictures",
                "WEARON_STORAGE_S3_ENDPOINT", "http://ann:hush@127.0.0.1:" + closed + "?key=hush");
        for (String server : new String[] {"postgres", "redis", "s3"}) {
            assertThat(failed(server, environment).toString())
                    .contains("127.0.0.1:" + closed)
                    .doesNotContain("hush");
        }
    }

    @Test
    void saysWhatIsKnownOfTheBucket() throws IOException {
        HttpServer bucket = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        try {
            Map<String, Integer> buckets = Map.of("/pictures", 200, "/private", 403, "/elsewhere", 301);
            bucket.createContext("/", exchange -> {
                try (exchange) {
                    exchange.sendResponseHeaders(
                            buckets.getOrDefault(exchange.getRequestURI().getPath(), 404), -1);
                }
            });
            bucket.start();
            int port = bucket.getAddress().getPort();
            Map<String, String> environment = new HashMap<>(Map.of(
                    "WEARON_STORAGE_BACKEND", "s3", "WEARON_STORAGE_S3_ENDPOINT", "http://ann:hush@127.0.0.1:" + port));
            assertThat(failed("s3", environment).detail()).contains("WEARON_STORAGE_S3_BUCKET is not set");
            environment.put("WEARON_STORAGE_S3_BUCKET", "nowhere");
            assertThat(failed("s3", environment).detail()).contains("there is no bucket nowhere");
            environment.put("WEARON_STORAGE_S3_BUCKET", "elsewhere");
            assertThat(failed("s3", environment).detail()).contains("answers 301");
            environment.put("WEARON_STORAGE_S3_BUCKET", "private");
            assertThat(s3(environment))
                    .contains("does not tell without credentials")
                    .doesNotContain("hush");
            environment.put("WEARON_STORAGE_S3_BUCKET", "pictures");
            assertThat(s3(environment)).contains("pictures exists at http://***@127.0.0.1:" + port);
        } finally {
            bucket.stop(0);
        }
    }

    private String s3(Map<String, String> environment) {
        Finding finding = examine(environment).get("s3");
        assertThat(finding.state()).as(finding.toString()).isEqualTo(Finding.State.OK);
        return finding.detail();
    }

    /** HttpServer sends its own Date, so the answer is written by hand. */
    @Test
    void reportsAWrongClock() throws IOException {
        try (ServerSocket bucket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket client = bucket.accept()) {
                    client.getInputStream().read();
                    client.getOutputStream()
                            .write(("HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2020 10:00:00 GMT\r\nContent-Length: 0\r\n"
                                            + "Connection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException notAsked) {
                    // The finding fails the test.
                }
            });
            Finding clock = failed(
                    "clock",
                    Map.of(
                            "WEARON_STORAGE_BACKEND", "s3",
                            "WEARON_STORAGE_S3_BUCKET", "pictures",
                            "WEARON_STORAGE_S3_ENDPOINT", "http://127.0.0.1:" + bucket.getLocalPort()));
            assertThat(clock.detail()).contains("ahead of the clock of S3");
            assertThat(clock.hint()).contains("synchronize");
        }
    }

    @Test
    void reportsAnUnknownVariableAndAFolderThatIsAFile() throws IOException {
        assertThat(failed("variables", Map.of("WEARON_BATCHES_SIZ", "1")).detail())
                .contains("WEARON_BATCHES_SIZE?");
        Files.writeString(folder.resolve("data"), "");
        assertThat(failed("disk", Map.of()).hint()).contains("--data");
    }

    private Finding failed(String name, Map<String, String> environment) {
        Finding finding = examine(environment).get(name);
        assertThat(finding.state()).as(finding.toString()).isEqualTo(Finding.State.FAIL);
        assertThat(finding.hint()).as(finding.toString()).isNotBlank();
        return finding;
    }

    private Map<String, Finding> examine(Map<String, String> environment) {
        Map<String, Finding> findings = new HashMap<>();
        new Doctor(layout, new Environment(environment))
                .examine()
                .forEach(finding -> findings.put(finding.name(), finding));
        return findings;
    }
}
