package dev.wearon.paging;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** The rows of a page and the cursor of the next one. */
public final class Page {

    private final List<Row> rows;
    private final String nextCursor;

    private Page(List<Row> rows, String nextCursor) {
        this.rows = rows;
        this.nextCursor = nextCursor;
    }

    /**
     * @param read {@link PageRequest#rowsToRead} rows in the order of the list, or fewer at its end
     * @param time the column by which the list is ordered, before {@code id}
     */
    public static Page of(RowSet<Row> read, PageRequest request, String time) {
        List<Row> rows = StreamSupport.stream(read.spliterator(), false).toList();
        if (rows.size() <= request.limit()) {
            return new Page(rows, null);
        }
        List<Row> shown = rows.subList(0, request.limit());
        Row last = shown.getLast();
        Cursor cursor = new Cursor(last.getOffsetDateTime(time), last.getUUID("id"));
        return new Page(shown, cursor.encoded());
    }

    public <T> List<T> map(Function<Row, T> read) {
        return rows.stream().map(read).toList();
    }

    /** Null on the last page. */
    public String nextCursor() {
        return nextCursor;
    }
}
