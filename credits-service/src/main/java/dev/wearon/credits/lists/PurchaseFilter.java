package dev.wearon.credits.lists;

import dev.wearon.http.Problem;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Which purchases a list has.
 *
 * @param storeId empty: of all stores
 * @param status empty: with any
 * @param shortfall whether only those that were given back, but are spent
 */
record PurchaseFilter(Optional<UUID> storeId, Optional<String> status, boolean shortfall) {

    private static final Pattern ID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
    private static final Set<String> STATUSES = Set.of("unclaimed", "pending", "completed", "returned");
    private static final Set<String> FLAGS = Set.of("true", "false");

    /** Reads the query parameters; null means all. */
    static PurchaseFilter of(String storeId, String status, String shortfall) {
        if (storeId != null && !ID.matcher(storeId).matches()) {
            throw Problem.invalid("store_id must be a UUID.");
        }
        if (status != null && !STATUSES.contains(status)) {
            throw Problem.invalid("status must be one of unclaimed, pending, completed, returned.");
        }
        if (shortfall != null && !FLAGS.contains(shortfall)) {
            throw Problem.invalid("shortfall must be true or false.");
        }
        return new PurchaseFilter(
                Optional.ofNullable(storeId).map(UUID::fromString),
                Optional.ofNullable(status),
                Boolean.parseBoolean(shortfall));
    }
}
