package dev.wearon.drill;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Adds up the counters of generation-service's background jobs over all processes of the service, because the drill kills it
 * several times. The sums are minimums: the counts between the last read and a kill are lost.
 */
final class JobCounts implements AutoCloseable {

    private static final Pattern COUNTER = Pattern.compile(
            "^wearon_((?:sweeper|refunder|reconciler)_\\w+)_total(?:\\{[^}]*\\})? ([\\d.E+]+)$", Pattern.MULTILINE);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final HttpRequest metrics;
    private final Map<String, Long> last = new TreeMap<>();
    private final Map<String, Long> sums = new TreeMap<>();

    JobCounts(int managementPort) {
        this.metrics = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/q/metrics"))
                .timeout(TIMEOUT)
                .build();
    }

    /** Reads the counters once; a process that does not answer is skipped. */
    void read() throws InterruptedException {
        try {
            var answer = client.send(metrics, BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                add(answer.body());
            }
        } catch (IOException killedOrPaused) {
            // The next read gets the counters.
        }
    }

    /** A counter that is smaller than before belongs to a new process, so its whole value is added. */
    synchronized void add(String text) {
        Map<String, Long> now = new TreeMap<>();
        Matcher counter = COUNTER.matcher(text);
        while (counter.find()) {
            now.merge(counter.group(1), (long) Double.parseDouble(counter.group(2)), Long::sum);
        }
        now.forEach((name, value) -> {
            long before = last.getOrDefault(name, 0L);
            sums.merge(name, value >= before ? value - before : value, Long::sum);
        });
        last.putAll(now);
    }

    synchronized Map<String, Long> sums() {
        return new TreeMap<>(sums);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
