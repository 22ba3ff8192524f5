package dev.wearon.gateway.paging;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** The rows of a page, and where the next one begins. */
public final class Page {

    private final List<Row> rows;
    private final String nextCursor;

    private Page(List<Row> rows, String nextCursor) {
        this.rows = rows;
        this.nextCursor = nextCursor;
    }

    /**
     * @param read what {@link PageRequest#rowsToRead} asked for, in the list's order
     * @param time the column that the list is ordered by, before {@code id}
     */
    public static Page of(RowSet<Row> read, PageRequest page, String time) {
        List<Row> rows = StreamSupport.stream(read.spliterator(), false).toList();
        if (rows.size() <= page.limit()) {
            return new Page(rows, null);
        }
        List<Row> shown = rows.subList(0, page.limit());
        Row last = shown.getLast();
        Cursor cursor = new Cursor(last.getOffsetDateTime(time), last.getUUID("id"));
        return new Page(shown, cursor.encoded());
    }

    /** As many rows as were asked for, or what there is. */
    public <T> List<T> map(Function<Row, T> read) {
        return rows.stream().map(read).toList();
    }

    /** Asks for the older rows; null when there are none. */
    public String nextCursor() {
        return nextCursor;
    }
}
