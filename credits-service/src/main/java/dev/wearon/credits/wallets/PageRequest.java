package dev.wearon.credits.wallets;

import dev.wearon.http.Problem;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A page of movements that are older than an entry.
 *
 * @param limit 1 to 100
 * @param before a number of an entry; the page starts with the next older entry
 */
record PageRequest(int limit, long before) {

    private static final int DEFAULT_LIMIT = 20;
    private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]?|100");

    /** Parses query parameters; null means the default. Refuses a cursor that {@link #cursorAfter} did not make. */
    static PageRequest of(String limit, String cursor) {
        if (limit != null && !LIMIT.matcher(limit).matches()) {
            throw Problem.invalid("limit must be a number from 1 to 100.");
        }
        return new PageRequest(
                limit == null ? DEFAULT_LIMIT : Integer.parseInt(limit),
                cursor == null ? Long.MAX_VALUE : entryOf(cursor));
    }

    /** Returns the cursor of the page after this entry. A cursor is opaque to clients and grants no access. */
    static String cursorAfter(long entryNo) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(entryNo).array());
    }

    private static long entryOf(String cursor) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            long entryNo = bytes.length == Long.BYTES ? ByteBuffer.wrap(bytes).getLong() : 0;
            // Base64 can encode the same bytes in several ways; cursorAfter makes only one of them.
            if (entryNo > 0 && cursorAfter(entryNo).equals(cursor)) {
                return entryNo;
            }
        } catch (IllegalArgumentException notBase64) {
            // Refused below.
        }
        throw Problem.invalid("cursor must be the next_cursor of an earlier page.");
    }
}
