package dev.wearon.generation.streams;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.List;

/** What one stream tells. It remembers what it has told. */
public interface EventSource {

    /**
     * Listens until it is cancelled. Called once, before the first read, so that no change comes in between.
     *
     * @param changed is called when there may be something to read, on any thread
     */
    Cancellable listen(Runnable changed);

    /**
     * Reads what is new. The next call is not made before this one has ended. If the first read fails, the failure is the response.
     *
     * @param everything also what may have changed without a call of {@code changed}
     */
    Uni<News> read(boolean everything);

    /** @param last whether the stream ends after these events; if the first news are the last and empty, there is no stream */
    record News(List<Event> events, boolean last) {}
}
