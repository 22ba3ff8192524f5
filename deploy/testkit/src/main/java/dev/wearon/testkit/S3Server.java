package dev.wearon.testkit;

import dev.wearon.processes.Ports;
import dev.wearon.processes.Program;
import dev.wearon.processes.TemporaryFolder;
import dev.wearon.processes.services.ServiceEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server with the protocol of S3 and one bucket, whose objects are files. It checks signatures.
 *
 * @param jar the server's program
 * @param dataDir the folder of its settings and objects
 * @param port a free TCP port on 127.0.0.1
 */
public record S3Server(Path jar, Path dataDir, int port) implements Program {

    public static final String BUCKET = "images";

    /** Where the build puts the program. */
    private static final Path JAR = Path.of("deploy", "testkit", "target", "s3proxy", "s3proxy.jar");

    private static final String KEY_ID = "tests";
    private static final String SECRET = "a-secret-that-only-tests-know";
    private static final String SHARED_PORT = "wearon.test.s3.port";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final int TIMEOUT_MS = 1_000;

    /** @param sources the top folder of the project */
    public static S3Server in(Path dataDir, Path sources) throws IOException {
        return new S3Server(sources.resolve(JAR), dataDir, Ports.free());
    }

    /** The one of this JVM, started with the first call; a system property finds it from each class loader of the tests. */
    public static S3Server shared() {
        synchronized (System.class) {
            try {
                Path jar = Path.of("..").resolve(JAR);
                Path folder = Path.of(System.getProperty("java.io.tmpdir"));
                String port = System.getProperty(SHARED_PORT);
                if (port != null) {
                    return new S3Server(jar, folder.resolve("wearon-test-s3-" + port), Integer.parseInt(port));
                }
                int free = Ports.free();
                S3Server server = new S3Server(jar, folder.resolve("wearon-test-s3-" + free), free);
                Files.createDirectories(server.dataDir);
                Process process = server.start(server.dataDir.resolve("s3proxy.log"), START_TIMEOUT);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> server.end(process)));
                System.setProperty(SHARED_PORT, Integer.toString(free));
                return server;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** The objects of the bucket, as files. */
    public Path objects() {
        return dataDir.resolve("objects").resolve(BUCKET);
    }

    /** The environment variables with which storage keeps its images here. */
    public Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>();
        settings().forEach((property, value) -> variables.put(ServiceEnvironment.variable(property), value));
        return variables;
    }

    /** The same as properties. */
    public Map<String, String> settings() {
        return Map.of(
                "wearon.storage.backend",
                "s3",
                "wearon.storage.s3.endpoint",
                url(),
                "wearon.storage.s3.path-style",
                "true",
                "wearon.storage.s3.bucket",
                BUCKET,
                "wearon.storage.s3.access-key-id",
                KEY_ID,
                "wearon.storage.s3.secret-access-key",
                SECRET);
    }

    @Override
    public String name() {
        return "s3proxy";
    }

    @Override
    public void prepare() throws IOException {
        if (!Files.exists(jar)) {
            throw new IOException(jar + " is missing");
        }
        Files.createDirectories(objects());
        Files.writeString(properties(), """
                s3proxy.endpoint=%s
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(url(), KEY_ID, SECRET, dataDir.resolve("objects")));
    }

    @Override
    public ProcessBuilder command() {
        return new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "-jar",
                jar.toString(),
                "--properties",
                properties().toString()));
    }

    /** It refuses a request without a signature; such a reply shows that it is ready. */
    @Override
    public boolean isReady() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url()).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            try {
                return connection.getResponseCode() == HttpURLConnection.HTTP_FORBIDDEN;
            } finally {
                connection.disconnect();
            }
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void requestStop(ProcessHandle process) {
        process.destroy();
    }

    private Path properties() {
        return dataDir.resolve("s3proxy.properties");
    }

    private void end(Process process) {
        process.destroyForcibly().onExit().join();
        try {
            TemporaryFolder.deleteTree(dataDir);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
