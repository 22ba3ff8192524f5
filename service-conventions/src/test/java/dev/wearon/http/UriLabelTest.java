package dev.wearon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UriLabelTest {

    private final MeterRegistry metrics = new SimpleMeterRegistry();

    UriLabelTest() {
        metrics.config().meterFilter(new UriLabel());
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
}
