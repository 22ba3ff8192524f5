package dev.wearon.paging;

import dev.wearon.http.Problem;
import java.util.regex.Pattern;

/**
 * The rows that a client requests: a number of rows that are older than a position.
 *
 * @param limit 1 to 100
 */
public record PageRequest(int limit, Cursor before) {

    private static final int DEFAULT_LIMIT = 20;
    private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]?|100");

    /** Reads the query parameters; null means the default. Refuses invalid limits and cursors. */
    public static PageRequest of(String limit, String cursor) {
        if (limit != null && !LIMIT.matcher(limit).matches()) {
            throw Problem.invalid("limit must be a number from 1 to 100.");
        }
        return new PageRequest(
                limit == null ? DEFAULT_LIMIT : Integer.parseInt(limit),
                cursor == null
                        ? Cursor.NEWEST
                        : Cursor.parse(cursor)
                                .orElseThrow(
                                        () -> Problem.invalid("cursor must be the next_cursor of an earlier page.")));
    }

    /** One row more than requested shows whether there is a next page. */
    public int rowsToRead() {
        return limit + 1;
    }
}
