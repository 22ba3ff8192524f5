package dev.wearon.drill;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Adds up the counters of generation-service's background jobs over all processes of the service, because the drill kills them
 * several times. The sums are minimums: the counts between the last read and a kill are lost.
 */
final class JobCounts implements AutoCloseable {

    private static final Pattern COUNTER = Pattern.compile(
            "^wearon_((?:sweeper|refunder|reconciler)_\\w+)_total(?:\\{[^}]*\\})? ([\\d.E+]+)$", Pattern.MULTILINE);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final List<Integer> managementPorts;
    private final Map<Integer, Map<String, Long>> last = new TreeMap<>();
    private final Map<String, Long> sums = new TreeMap<>();

    JobCounts(List<Integer> managementPorts) {
        this.managementPorts = managementPorts;
    }

    /** Reads the counters once; a process that does not answer is skipped. */
    void read() throws InterruptedException {
        for (int port : managementPorts) {
            read(port);
        }
    }

    private void read(int port) throws InterruptedException {
        HttpRequest metrics = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/metrics"))
                .timeout(TIMEOUT)
                .build();
        try {
            var answer = client.send(metrics, BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                add(port, answer.body());
            }
        } catch (IOException killedOrPaused) {
            // The next read gets the counters.
        }
    }

    /** A counter that is smaller than before belongs to a new process, so its whole value is added. */
    synchronized void add(int port, String text) {
        Map<String, Long> now = new TreeMap<>();
        Matcher counter = COUNTER.matcher(text);
        while (counter.find()) {
            now.merge(counter.group(1), (long) Double.parseDouble(counter.group(2)), Long::sum);
        }
        Map<String, Long> lastOfPort = last.computeIfAbsent(port, unused -> new TreeMap<>());
        now.forEach((name, value) -> {
            long before = lastOfPort.getOrDefault(name, 0L);
            sums.merge(name, value >= before ? value - before : value, Long::sum);
        });
        lastOfPort.putAll(now);
    }

    synchronized Map<String, Long> sums() {
        return new TreeMap<>(sums);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
