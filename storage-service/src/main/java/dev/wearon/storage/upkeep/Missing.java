package dev.wearon.storage.upkeep;

import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks for objects that should be there: first their rows, in one statement, then the bytes of each. */
@ApplicationScoped
class Missing {

    /** Looks at the disk at a time; more would only wait there. */
    private static final int AT_ONCE = 16;

    private final Objects objects;
    private final Backend backend;

    Missing(Objects objects, Backend backend) {
        this.objects = objects;
        this.backend = backend;
    }

    /** Those of these texts that are no path, have no living row, or whose bytes are not all there; each once, in no order. */
    Uni<List<String>> among(List<String> texts) {
        Set<ObjectPath> paths =
                texts.stream().map(ObjectPath::parse).flatMap(Optional::stream).collect(Collectors.toSet());
        return objects.due(paths)
                .chain(due -> Multi.createFrom()
                        .iterable(due)
                        .onItem()
                        .transformToUni(object -> isThere(object).map(there -> there ? object.path() : null))
                        .merge(AT_ONCE)
                        .collect()
                        .asSet())
                .map(there -> texts.stream()
                        .distinct()
                        .filter(text -> !there.contains(text))
                        .toList());
    }

    private Uni<Boolean> isThere(Objects.Due object) {
        return object.blob()
                .map(blob -> backend.size(blob).map(size -> size.orElse(0) >= object.sizeBytes()))
                .orElseGet(() -> Uni.createFrom().item(true));
    }
}
