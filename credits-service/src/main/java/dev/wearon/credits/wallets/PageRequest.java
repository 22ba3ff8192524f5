package dev.wearon.credits.wallets;

import dev.wearon.http.Problem;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Which movements are asked for: so many, older than an entry.
 *
 * @param limit 1 to 100
 * @param before the number of an entry; what is older is on the page
 */
record PageRequest(int limit, long before) {

    private static final int DEFAULT_LIMIT = 20;
    private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]?|100");

    /** Reads what a client sent; null is the default. Refuses anything else than a limit and a cursor made here. */
    static PageRequest of(String limit, String cursor) {
        if (limit != null && !LIMIT.matcher(limit).matches()) {
            throw Problem.invalid("limit must be a number from 1 to 100.");
        }
        return new PageRequest(
                limit == null ? DEFAULT_LIMIT : Integer.parseInt(limit),
                cursor == null ? Long.MAX_VALUE : entryOf(cursor));
    }

    /** The cursor behind an entry. Its look is nobody's business; it names a place and gives no right to anything. */
    static String cursorAfter(long entryNo) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(entryNo).array());
    }

    private static long entryOf(String cursor) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            long entryNo = bytes.length == Long.BYTES ? ByteBuffer.wrap(bytes).getLong() : 0;
            // Base64 has several spellings of the same bytes; only ours was ever handed out.
            if (entryNo > 0 && cursorAfter(entryNo).equals(cursor)) {
                return entryNo;
            }
        } catch (IllegalArgumentException notBase64) {
            // Refused below, like everything else that is no cursor.
        }
        throw Problem.invalid("cursor must be the next_cursor of an earlier page.");
    }
}
