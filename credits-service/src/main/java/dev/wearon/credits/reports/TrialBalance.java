package dev.wearon.credits.reports;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.UUID;

/**
 * All credits by origin (purchased, granted) and by where they are now (pool, shoppers, spent), in one snapshot.
 *
 * @param overall the sums of all stores, also those on other pages, without test stores
 * @param test the sums of all test stores
 * @param next the {@code after} of the next page; null on the last page
 */
record TrialBalance(Totals overall, Totals test, List<StoreTotals> stores, UUID next) {

    record StoreTotals(
            UUID storeId, boolean test, @JsonUnwrapped Totals totals) {}
}
