package dev.wearon.gateway.stores;

import dev.wearon.http.Problem;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which stores are listed.
 *
 * @param part stands somewhere in the shop domain, letter by letter: nothing in it means anything else; null: any
 * @param status null: any
 */
record StoreFilter(String part, String status) {

    private static final Pattern PART = Pattern.compile("[^\\p{Cntrl}]{1,253}");
    private static final Pattern STATUS = Pattern.compile("active|inactive");

    /** Reads what a client sent. */
    static StoreFilter of(String search, String status) {
        if (search != null && !PART.matcher(search).matches()) {
            throw Problem.invalid("search must be 1 to 253 characters of a shop domain.");
        }
        if (status != null && !STATUS.matcher(status).matches()) {
            throw Problem.invalid("status must be active or inactive.");
        }
        return new StoreFilter(search == null ? null : search.toLowerCase(Locale.ROOT), status);
    }
}
