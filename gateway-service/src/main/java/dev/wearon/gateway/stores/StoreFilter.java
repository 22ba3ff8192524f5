package dev.wearon.gateway.stores;

import dev.wearon.http.Problem;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Filters the list of stores.
 *
 * @param search a literal part of the shop domain; null: all
 * @param status null: all
 */
record StoreFilter(String search, String status) {

    private static final Pattern SEARCH = Pattern.compile("[^\\p{Cntrl}]{1,253}");
    private static final Pattern STATUS = Pattern.compile("active|suspended|inactive");

    /** Reads the query parameters. */
    static StoreFilter of(String search, String status) {
        if (search != null && !SEARCH.matcher(search).matches()) {
            throw Problem.invalid("search must be 1 to 253 characters of a shop domain.");
        }
        if (status != null && !STATUS.matcher(status).matches()) {
            throw Problem.invalid("status must be active, suspended or inactive.");
        }
        return new StoreFilter(search == null ? null : search.toLowerCase(Locale.ROOT), status);
    }
}
