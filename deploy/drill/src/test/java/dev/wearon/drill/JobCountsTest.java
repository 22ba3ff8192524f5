package dev.wearon.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobCountsTest {

    @Test
    void addsUpTheCountersOfRestartedProcesses() {
        try (JobCounts counts = new JobCounts(List.of(1, 2))) {
            counts.add(1, metrics("3.0"));
            counts.add(1, metrics("5.0"));
            assertThat(counts.sums()).isEqualTo(Map.of("sweeper_found", 5L));
            counts.add(1, metrics("2.0"));
            assertThat(counts.sums()).isEqualTo(Map.of("sweeper_found", 7L));
            counts.add(2, metrics("4.0"));
            assertThat(counts.sums()).isEqualTo(Map.of("sweeper_found", 11L));
        }
    }

    private static String metrics(String value) {
        return """
                # TYPE wearon_sweeper_found counter
                wearon_sweeper_found_total %s
                wearon_sweeper_oldest_seconds 9.0
                jvm_threads_started_threads_total 41.0
                """.formatted(value);
    }
}
