package dev.wearon.generation.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotalsTest {

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "1, 0, 0", "1, 1, 1", "3, 2, 0.6667", "3, 1, 0.3333", "8, 1, 0.125", "20000, 1, 0.0001"})
    void roundsTheRateToFourDigits(long all, long completed, String rate) {
        assertThat(new Totals(all, completed, 0, 0).successRate()).isEqualByComparingTo(rate);
        assertThat(new Totals(all, completed, 0, 0).successRate().toPlainString())
                .isEqualTo(rate);
    }
}
