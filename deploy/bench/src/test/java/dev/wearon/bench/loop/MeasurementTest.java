package dev.wearon.bench.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeasurementTest {

    /** HdrHistogram keeps three digits. */
    private static final double DIGITS = 0.001;

    /** 200 calls of 1 to 200 ms in 4 s, after 300 of the warm-up. */
    private final Measurement turn = new Measurement(
            "test",
            latencies(1, 200),
            4,
            500,
            2,
            Map.of("postgres", 1_000.0, "service", 3_000.0),
            new DatabaseCosts(1_000, 50, 5_000));

    @Test
    void takesRateAndPercentilesFromTheCallsOfTheMeasuredTime() {
        assertThat(turn.perSecond()).isEqualTo(50);
        assertThat(turn.latencyMs(50)).isEqualTo(100, within(100 * DIGITS));
        assertThat(turn.latencyMs(99)).isEqualTo(198, within(198 * DIGITS));
    }

    @Test
    void dividesProcessorTimeByMeasuredCallsAndTheDatabasesCostsByAllAnsweredOnes() {
        assertThat(turn.cpuMicrosEach("service")).isEqualTo(15);
        assertThat(turn.cpuMicrosEach()).isEqualTo(20);
        assertThat(turn.databaseEach()).isEqualTo(new DatabaseCosts(2, 0.1, 10));
    }

    @Test
    void addsTurnsAsIfTheyHadBeenOne() {
        Measurement other = new Measurement(
                "test",
                latencies(201, 400),
                6,
                500,
                0,
                Map.of("postgres", 5_000.0, "service", 1_000.0),
                new DatabaseCosts(0, 0, 0));
        Measurement both = turn.plus(other);
        assertThat(both.perSecond()).isEqualTo(40);
        assertThat(both.latencyMs(50)).isEqualTo(200, within(200 * DIGITS));
        assertThat(both.refused()).isEqualTo(2);
        assertThat(both.cpuMicrosEach("postgres")).isEqualTo(15);
        assertThat(both.databaseEach()).isEqualTo(new DatabaseCosts(1, 0.05, 5));
        assertThat(turn.perSecond()).as("unchanged").isEqualTo(50);
    }

    @Test
    void doesNotKnowWhatWasNotMeasured() {
        Measurement nothing = new Measurement("test", latencies(1, 0), 1, 0, 0, Map.of(), DatabaseCosts.UNKNOWN);
        assertThat(nothing.latencyMs(50)).isNaN();
        assertThat(nothing.cpuMicrosEach()).isNaN();
        assertThat(nothing.databaseEach().fsyncs()).isNaN();
    }

    @Test
    void readsTheProcessorTimeOfThisProcess() {
        Map<String, ProcessHandle> self = Map.of("self", ProcessHandle.current());
        Map<String, Double> before = ProcessCosts.cpuMicros(self);
        long end = System.nanoTime() + 100_000_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        Map<String, Double> costs = ProcessCosts.minus(ProcessCosts.cpuMicros(self), before);
        assertThat(costs.get("self"))
                .satisfiesAnyOf(micros -> assertThat(micros).isPositive(), micros -> assertThat(micros)
                        .isNaN());
    }

    static Histogram latencies(int firstMs, int lastMs) {
        Histogram latencies = new Histogram(3);
        LongStream.rangeClosed(firstMs, lastMs).forEach(ms -> latencies.recordValue(ms * 1_000_000));
        return latencies;
    }
}
