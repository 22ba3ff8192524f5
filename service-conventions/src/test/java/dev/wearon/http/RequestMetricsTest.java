package dev.wearon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestMetricsTest {

    private final MeterRegistry metrics = new SimpleMeterRegistry();

    RequestMetricsTest() {
        metrics.config().meterFilter(new RequestMetrics());
    }

    @ParameterizedTest
    @CsvSource({
        "/internal/v1/stores/{store_id}/grants, /internal/v1/stores/{store_id}/grants",
        "/internal/v1/charges, /internal/v1/charges",
        "/internal/v1/stores/0193C0DE-0000-7000-8000-000000000001/grants, UNKNOWN",
        "/internal/v1/charges%7Bx%7D, UNKNOWN",
        "/api/v1/generation/0193c0de-0000-7000-8000-000000000001, UNKNOWN",
    })
    void removesIds(String uri, String label) {
        metrics.counter("requests", "method", "GET", "uri", uri).increment();
        assertThat(metrics.get("requests")
                        .tag("method", "GET")
                        .counter()
                        .getId()
                        .getTag("uri"))
                .isEqualTo(label);
    }

    @Test
    void givesRequestsTenBuckets() {
        Timer requests = metrics.timer("http.server.requests", "uri", "/api/v1/generation/{id}");
        requests.record(Duration.ofMillis(30));

        CountAtBucket[] buckets = requests.takeSnapshot().histogramCounts();
        assertThat(Arrays.stream(buckets).map(bucket -> bucket.bucket(TimeUnit.MILLISECONDS)))
                .containsExactly(5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0, 10_000.0);
        assertThat(Arrays.stream(buckets).map(CountAtBucket::count))
                .containsExactly(0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0);
    }

    @Test
    void givesOtherTimersNone() {
        assertThat(metrics.timer("http.client.requests").takeSnapshot().histogramCounts())
                .isEmpty();
    }
}
