package dev.wearon.storage.objects;

import dev.wearon.storage.backends.Backend;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks for objects that should be there: first their rows, in one statement, then the bytes of each. */
@ApplicationScoped
class Missing {

    /** Looks at the disk at a time; more would only wait there. */
    private static final int AT_ONCE = 16;

    private final Objects objects;
    private final Backend backend;
    private final Clock clock;

    Missing(Objects objects, Backend backend, Clock clock) {
        this.objects = objects;
        this.backend = backend;
        this.clock = clock;
    }

    /** Those of these texts that are no path, have no living row, or whose bytes are gone; each once, in no order. */
    Uni<List<String>> among(List<String> texts) {
        Map<String, ObjectPath> paths = new HashMap<>();
        texts.forEach(text -> ObjectPath.parse(text).ifPresent(path -> paths.put(text, path)));
        return objects.findLivingOfAll(paths.values(), clock.instant()).chain(living -> Multi.createFrom()
                .iterable(texts.stream().distinct().toList())
                .onItem()
                .transformToUni(
                        text -> isThere(Optional.ofNullable(paths.get(text)).map(living::get))
                                .map(there -> there ? Optional.<String>empty() : Optional.of(text)))
                .merge(AT_ONCE)
                .filter(Optional::isPresent)
                .map(Optional::get)
                .collect()
                .asList());
    }

    private Uni<Boolean> isThere(Optional<StoredObject> object) {
        return object.map(it -> backend.exists(it.blob()))
                .orElseGet(() -> Uni.createFrom().item(false));
    }
}
