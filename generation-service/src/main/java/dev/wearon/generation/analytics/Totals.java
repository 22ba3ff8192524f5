package dev.wearon.generation.analytics;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Counts of a store's sessions in a period.
 *
 * @param creditsUsed credits of all sessions that have not failed
 */
record Totals(long generations, long completed, long failed, long creditsUsed) {

    private static final int DIGITS = 4;

    /** Share of completed sessions, 0 to 1, rounded to four decimals; 0 without sessions. */
    BigDecimal successRate() {
        return generations == 0
                ? BigDecimal.ZERO
                : BigDecimal.valueOf(completed)
                        .divide(BigDecimal.valueOf(generations), DIGITS, RoundingMode.HALF_UP)
                        .stripTrailingZeros();
    }
}
