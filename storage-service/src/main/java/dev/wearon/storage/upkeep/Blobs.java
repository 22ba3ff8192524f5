package dev.wearon.storage.upkeep;

import dev.wearon.storage.backends.Backend;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/** Runs one operation on many blobs, with bounded concurrency. */
@ApplicationScoped
class Blobs {

    private static final Logger LOG = Logger.getLogger(Blobs.class);

    private final Backend backend;
    private final UpkeepConfig config;

    Blobs(Backend backend, UpkeepConfig config) {
        this.backend = backend;
        this.config = config;
    }

    /** Reads the size of each blob in bytes; empty if there is no such blob. */
    Uni<Map<String, OptionalLong>> sizes(Collection<String> blobs) {
        return Multi.createFrom()
                .iterable(blobs)
                .onItem()
                .transformToUni(blob -> backend.size(blob).map(size -> Map.entry(blob, size)))
                .merge(config.concurrency())
                .collect()
                .asMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /** Deletes blobs, and returns the deleted ones. A failure does not stop the other deletions. */
    Uni<List<String>> delete(Collection<String> blobs) {
        return Multi.createFrom()
                .iterable(blobs)
                .onItem()
                .transformToUni(this::deleted)
                .merge(config.concurrency())
                .collect()
                .asList();
    }

    /** @return the name of the blob; null if it could not be deleted */
    private Uni<String> deleted(String blob) {
        return backend.delete(blob).replaceWith(blob).onFailure().recoverWithItem(fault -> {
            LOG.warnf("Blob %s could not be deleted yet: %s", blob, fault);
            return null;
        });
    }
}
