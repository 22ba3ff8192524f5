package dev.wearon.client;

import dev.wearon.client.transport.Answer;
import dev.wearon.client.transport.Call;
import dev.wearon.client.transport.Transport;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;

/**
 * The entries of a list, page by page. A page is one request, made when it is needed.
 *
 * @param <T> an entry
 */
final class Pages<T> implements Iterator<T> {

    /** The most entries of a page. */
    static final int LARGEST = 100;

    private final Transport transport;
    private final Call first;
    private final String name;
    private final Class<T> type;
    private final Queue<T> read = new ArrayDeque<>();
    private String cursor;
    private boolean ended;

    /**
     * @param first the call of the first page
     * @param name the field of {@code data} with the entries
     */
    Pages(Transport transport, Call first, String name, Class<T> type) {
        this.transport = transport;
        this.first = first;
        this.name = name;
        this.type = type;
    }

    @Override
    public boolean hasNext() {
        while (read.isEmpty() && !ended) {
            readPage();
        }
        return !read.isEmpty();
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return read.remove();
    }

    private void readPage() {
        Answer answer = transport.call(first.query("cursor", cursor));
        read.addAll(answer.dataList(name, type));
        String next = answer.data().path("next_cursor").textValue();
        if (next != null && next.equals(cursor)) {
            throw answer.unexpected("The list of " + name + " does not end.");
        }
        cursor = next;
        ended = next == null;
    }
}
