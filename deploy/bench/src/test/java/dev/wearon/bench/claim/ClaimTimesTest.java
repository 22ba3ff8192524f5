package dev.wearon.bench.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ClaimTimesTest {

    private static final String METRICS = """
            # TYPE wearon_worker_claim_seconds histogram
            wearon_worker_claim_seconds_bucket{service="generation",le="0.001"} 10.0
            wearon_worker_claim_seconds_bucket{service="generation",le="0.0013981"} 30.0
            wearon_worker_claim_seconds_bucket{service="generation",le="+Inf"} 31.0
            wearon_worker_claim_seconds_count{service="generation"} 31.0
            """;

    @Test
    void readsTheBucketsOfTheMetric() throws Exception {
        HttpServer service = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        service.createContext("/q/metrics", call -> {
            byte[] metrics = METRICS.getBytes(StandardCharsets.US_ASCII);
            call.sendResponseHeaders(200, metrics.length);
            call.getResponseBody().write(metrics);
            call.close();
        });
        service.start();
        try {
            ClaimTimes times =
                    new ClaimTimes("http://127.0.0.1:" + service.getAddress().getPort());
            assertThat(times.read()).isEqualTo(Map.of(0.001, 10L, 0.0013981, 30L, Double.POSITIVE_INFINITY, 31L));
        } finally {
            service.stop(0);
        }
    }

    @Test
    void countsOnlyTheClaimsBetweenTwoReads() {
        Histogram claims = ClaimTimes.between(
                Map.of(0.001, 10L, 0.002, 15L, 0.004, 15L, Double.POSITIVE_INFINITY, 15L),
                new TreeMap<>(Map.of(0.001, 20L, 0.002, 35L, 0.004, 35L, Double.POSITIVE_INFINITY, 36L)));
        assertThat(claims.getTotalCount()).isEqualTo(21);
        assertThat(claims.getValueAtPercentile(50) / 1e6).isCloseTo(1, within(0.1));
        assertThat(claims.getMaxValue() / 1e6).isCloseTo(4, within(0.01));
        assertThat(claims.getValueAtPercentile(95) / 1e6).isBetween(1.9, 2.0);
    }
}
