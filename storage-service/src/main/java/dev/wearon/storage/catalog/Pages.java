package dev.wearon.storage.catalog;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Reads a table of any length in the order of a key, so many rows in one statement. */
final class Pages {

    private Pages() {}

    /**
     * The next page is read when it is asked for, on a stack that does not grow with their number. A page that is not full
     * is the last; an empty one is left out.
     *
     * @param readAfter the first rows behind that key, in its order
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
