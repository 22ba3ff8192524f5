package dev.wearon.gateway.paging;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * The rows of a page.
 *
 * @param nextCursor asks for the older ones; null when there are none
 */
public record Slice(List<Row> rows, String nextCursor) {

    /** @param read what {@link PageRequest#rowsToRead} asked for, in the list's order */
    public static Slice of(RowSet<Row> read, PageRequest page, Function<Row, Place> place) {
        List<Row> rows = StreamSupport.stream(read.spliterator(), false).toList();
        if (rows.size() <= page.limit()) {
            return new Slice(rows, null);
        }
        List<Row> shown = rows.subList(0, page.limit());
        return new Slice(shown, place.apply(shown.getLast()).cursor());
    }
}
