package dev.wearon.processes;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Prometheus on the loopback interface. It scrapes the services, evaluates the rules, and keeps little.
 *
 * @param executable see {@link #installed()}
 * @param folder the folder of its configuration and its data
 * @param rules the folder of the rules
 * @param targets the management port of each service, by the name of the service
 */
public record Prometheus(Path executable, Path folder, Path rules, int port, Map<String, Integer> targets)
        implements Program {

    private static final int TIMEOUT_MS = 1_000;

    /** The longest window of the rules. */
    private static final String KEPT = "3d";

    private static final String KEPT_AT_MOST = "256MB";

    private static final String CONFIGURATION = """
            global:
              scrape_interval: 5s
              evaluation_interval: 5s
            rule_files: [%s]
            scrape_configs:
            """;

    private static final String TARGET = """
              - job_name: wearon-%s
                metrics_path: /q/metrics
                static_configs:
                  - targets: ['127.0.0.1:%d']
            """;

    /** The program on the {@code PATH}. */
    public static Optional<Path> installed() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "prometheus"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public String name() {
        return "prometheus";
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void prepare() throws IOException {
        Files.createDirectories(folder);
        StringBuilder text = new StringBuilder(CONFIGURATION.formatted(quoted(rules.resolve("*.yml"))));
        targets.forEach((service, managementPort) -> text.append(TARGET.formatted(service, managementPort)));
        Files.writeString(configuration(), text);
    }

    @Override
    public ProcessBuilder command() {
        return new ProcessBuilder(
                executable.toString(),
                "--config.file=" + configuration(),
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--storage.tsdb.retention.time=" + KEPT,
                "--storage.tsdb.retention.size=" + KEPT_AT_MOST,
                "--web.listen-address=127.0.0.1:" + port);
    }

    @Override
    public boolean isReady() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url() + "/-/ready").toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            try {
                return connection.getResponseCode() == 200;
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

    private Path configuration() {
        return folder.resolve("prometheus.yml");
    }

    /** A path as a text of YAML. */
    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }
}
