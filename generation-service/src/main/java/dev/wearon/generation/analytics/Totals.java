package dev.wearon.generation.analytics;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What a store's sessions of a period add up to.
 *
 * @param creditsUsed charged and not given back: those of every session that has not failed
 */
record Totals(long generations, long completed, long failed, long creditsUsed) {

    private static final int DIGITS = 4;

    /** Completed of all, from 0 to 1, rounded to four digits behind the point; 0 when there was none. */
    BigDecimal successRate() {
        return generations == 0
                ? BigDecimal.ZERO
                : BigDecimal.valueOf(completed)
                        .divide(BigDecimal.valueOf(generations), DIGITS, RoundingMode.HALF_UP)
                        .stripTrailingZeros();
    }
}
