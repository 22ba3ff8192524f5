package dev.wearon.storage.upkeep;

import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.Blob;
import dev.wearon.storage.catalog.Inventory;
import dev.wearon.storage.catalog.Inventory.Entry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Compares rows and blobs page by page, while both change. It checks each candidate a second time, so that a
 * concurrent change is not reported as an orphan.
 */
@ApplicationScoped
class OrphanSearch {

    /** A younger blob may still get its row. Every body must arrive in less than this time. */
    static final Duration MIN_AGE = Duration.ofHours(1);

    /** The names that {@code ObjectWriter} generates. Blobs with other names are ignored: they are of another program. */
    private static final Pattern BLOB = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Inventory inventory;
    private final Backend backend;
    private final Blobs blobs;
    private final UpkeepConfig config;
    private final Clock clock;

    OrphanSearch(Inventory inventory, Backend backend, Blobs blobs, UpkeepConfig config, Clock clock) {
        this.inventory = inventory;
        this.backend = backend;
        this.blobs = blobs;
        this.config = config;
        this.clock = clock;
    }

    /**
     * An object that lacks bytes.
     *
     * @param foundBytes the number of bytes that exist; 0 also if there is no blob
     */
    record Lost(Entry entry, long foundBytes) {}

    /**
     * The result of a search.
     *
     * @param objects rows that lack bytes
     * @param blobs blobs without a row, none of them younger than an hour
     */
    record Orphans(OrphanCount<Lost> objects, OrphanCount<Blob> blobs) {}

    Uni<Orphans> run() {
        Orphans orphans =
                new Orphans(new OrphanCount<>(lost -> lost.entry().createdAt()), new OrphanCount<>(Blob::writtenAt));
        return checkRows(orphans.objects())
                .chain(() -> checkBlobs(orphans.blobs()))
                .replaceWith(orphans);
    }

    private Uni<Void> checkRows(OrphanCount<Lost> counted) {
        return inventory
                .pages(config.batch())
                .onItem()
                .invoke(page -> counted.checked(page.size()))
                .onItem()
                .transformToUniAndConcatenate(page -> withoutBytes(page).invoke(counted::found))
                .onItem()
                .ignoreAsUni();
    }

    /** Returns the rows that lack bytes. Reads them again, because a row that was deleted meanwhile is no orphan. */
    private Uni<List<Lost>> withoutBytes(List<Entry> page) {
        return blobs.sizes(page.stream().map(Entry::blob).toList()).chain(sizes -> {
            List<String> lost = page.stream()
                    .filter(entry -> sizes.get(entry.blob()).orElse(0) < entry.sizeBytes())
                    .map(Entry::blob)
                    .toList();
            return lost.isEmpty()
                    ? Uni.createFrom().item(List.of())
                    : inventory.findByBlob(lost).map(entries -> entries.stream()
                            .map(entry ->
                                    new Lost(entry, sizes.get(entry.blob()).orElse(0)))
                            .toList());
        });
    }

    private Uni<Void> checkBlobs(OrphanCount<Blob> counted) {
        Instant cutoff = clock.instant().minus(MIN_AGE);
        return backend.list()
                .filter(blob -> BLOB.matcher(blob.name()).matches())
                .group()
                .intoLists()
                .of(config.batch())
                .onItem()
                .invoke(page -> counted.checked(page.size()))
                .map(page -> page.stream()
                        .filter(blob -> !blob.writtenAt().isAfter(cutoff))
                        .collect(Collectors.toMap(Blob::name, Function.identity(), (one, again) -> one)))
                .onItem()
                .transformToUniAndConcatenate(page -> withoutRow(page).invoke(counted::found))
                .onItem()
                .ignoreAsUni();
    }

    /** Returns the blobs without a row. Checks them again, because a blob that was deleted meanwhile is no orphan. */
    private Uni<List<Blob>> withoutRow(Map<String, Blob> page) {
        if (page.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return inventory.findUnreferenced(page.keySet()).chain(unreferenced -> blobs.sizes(unreferenced)
                .map(sizes -> unreferenced.stream()
                        .filter(blob -> sizes.get(blob).isPresent())
                        .map(page::get)
                        .toList()));
    }
}
