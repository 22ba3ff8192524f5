package dev.wearon.storage.upkeep;

import dev.wearon.storage.catalog.Inventory;
import dev.wearon.storage.catalog.Inventory.Expected;
import dev.wearon.storage.catalog.ObjectPath;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds objects that should exist but cannot be read. It checks their rows, then the size of each blob. */
@ApplicationScoped
class MissingObjects {

    private final Inventory inventory;
    private final Blobs blobs;

    MissingObjects(Inventory inventory, Blobs blobs) {
        this.inventory = inventory;
        this.blobs = blobs;
    }

    /** Returns the texts that are no path, have no live or closed row, or lack bytes; each text once. */
    Uni<List<String>> among(List<String> texts) {
        Set<ObjectPath> paths =
                texts.stream().map(ObjectPath::parse).flatMap(Optional::stream).collect(Collectors.toSet());
        return inventory.findExpected(paths).chain(this::withBytes).map(complete -> texts.stream()
                .distinct()
                .filter(text -> !complete.contains(text))
                .toList());
    }

    private Uni<Set<String>> withBytes(List<Expected> expected) {
        return blobs.sizes(expected.stream()
                        .map(Expected::blob)
                        .flatMap(Optional::stream)
                        .toList())
                .map(sizes -> expected.stream()
                        .filter(object -> object.blob()
                                .map(blob -> sizes.get(blob).orElse(0) >= object.sizeBytes())
                                .orElse(true))
                        .map(Expected::path)
                        .collect(Collectors.toSet()));
    }
}
