package dev.wearon.credits.reports;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.UUID;

/**
 * Where all credits came from and where they are, at one moment.
 *
 * @param overall of every store, also those on other pages
 * @param next asks for the stores after these; null when there are none
 */
record TrialBalance(Totals overall, List<StoreTotals> stores, UUID next) {

    record StoreTotals(UUID storeId, @JsonUnwrapped Totals totals) {}
}
