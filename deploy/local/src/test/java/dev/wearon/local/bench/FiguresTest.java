package dev.wearon.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the figures of a benchmark mean. */
class FiguresTest {

    @Test
    void takesPercentilesFromWhatWasSeenAndNotFromBetween() {
        long[] ascending =
                LongStream.rangeClosed(1, 200).map(ms -> ms * 1_000_000).toArray();
        Load load = new Load(1_000, 4, ascending);
        assertThat(load.perSecond()).isEqualTo(50);
        assertThat(load.percentileMs(0.50)).isEqualTo(100);
        assertThat(load.percentileMs(0.99)).isEqualTo(198);
        assertThat(new Load(1, 1, new long[] {2_000_000}).percentileMs(0.99)).isEqualTo(2);
    }

    @Test
    void saysOfEachGoalThatWasMeasuredWhetherItWasReached() {
        Measurement plain = new Measurement(1_000, 10, 20, 1, 100);
        Measurement ledger = new Measurement(8_000, 4, 8, 0.2, 60);
        List<String> lines = Goals.lines(List.of(new Row(1, 32, plain, ledger), new Row(7, 32, plain, ledger)), 299);
        assertThat(lines)
                .hasSize(3)
                .anyMatch(line -> line.matches("one hot store, 32 clients: times .* 8.00 +reached"))
                .anyMatch(line -> line.matches("one hot store, 32 clients: WAL .* 0.20 +falls short"))
                .anyMatch(line -> line.matches("resident memory .* 299.00 +reached"));
    }

    @Test
    void makesIdsOfVersionSevenThatFollowTheClock() {
        long before = System.currentTimeMillis();
        UUID id = ChargeIds.next();
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isBetween(before, System.currentTimeMillis());
        assertThat(ChargeIds.next()).isNotEqualTo(id);
    }
}
