package dev.wearon.storage.catalog;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Reads a table of any length in pages, ordered by a key. */
final class Pages {

    private Pages() {}

    /**
     * Reads the next page when it is requested. The stack does not grow with the number of pages. A page that is not
     * full is the last one; an empty page is dropped.
     *
     * @param readAfter reads the first rows after a key
     */
    static <T> Multi<List<T>> of(int size, Function<T, String> key, Function<String, Uni<List<T>>> readAfter) {
        return Multi.createBy()
                .repeating()
                .uni(
                        () -> new AtomicReference<>(""),
                        last -> readAfter.apply(last.get()).invoke(page -> {
                            if (!page.isEmpty()) {
                                last.set(key.apply(page.getLast()));
                            }
                        }))
                .whilst(page -> page.size() == size)
                .filter(page -> !page.isEmpty());
    }
}
