package dev.wearon.bench.claim;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/** Reads the metric in which a generation-service counts how long its workers wait for their claims. */
final class ClaimTimes {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int DIGITS = 3;
    private static final Pattern BUCKET =
            Pattern.compile("wearon_worker_claim_seconds_bucket\\{.*?le=\"([^\"]+)\".*?} ([0-9.E]+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpRequest request;

    ClaimTimes(String managementUrl) {
        request = HttpRequest.newBuilder(URI.create(managementUrl + "/q/metrics"))
                .timeout(TIMEOUT)
                .build();
    }

    /**
     * For each upper bound in seconds: how many claims took at most that long, since the service started. The last bound is
     * infinite. Empty before the first claim.
     */
    Map<Double, Long> read() throws IOException, InterruptedException {
        Map<Double, Long> upTo = new TreeMap<>();
        String metrics =
                http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        for (Matcher bucket = BUCKET.matcher(metrics); bucket.find(); ) {
            double bound =
                    bucket.group(1).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bucket.group(1));
            upTo.put(bound, (long) Double.parseDouble(bucket.group(2)));
        }
        return upTo;
    }

    /**
     * The claims between two reads, in nanoseconds. Those of a bucket are spread evenly over it; those above the last finite bound
     * count as that bound.
     */
    static Histogram between(Map<Double, Long> before, Map<Double, Long> after) {
        if (after.isEmpty()) {
            throw new IllegalStateException("The service has no metric of its claims");
        }
        Histogram claims = new Histogram(DIGITS);
        double lower = 0;
        long counted = 0;
        for (double bound : after.keySet()) {
            double upper = Double.isInfinite(bound) ? lower : bound;
            long upTo = after.get(bound) - before.getOrDefault(bound, 0L);
            for (long i = counted; i < upTo; i++) {
                claims.recordValue((long) ((lower + (upper - lower) * (i - counted + 0.5) / (upTo - counted)) * 1e9));
            }
            counted = upTo;
            lower = upper;
        }
        return claims;
    }
}
