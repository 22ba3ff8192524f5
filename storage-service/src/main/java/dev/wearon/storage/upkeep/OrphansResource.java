package dev.wearon.storage.upkeep;

import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import dev.wearon.storage.backends.Blob;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reports to the operator, through the gateway, which objects lack bytes and which blobs have no object. */
@Path("/internal/v1/storage/orphans")
@RolesAllowed(Principal.Service.ROLE)
class OrphansResource {

    private static final int MAX_LISTED = 100;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** Only {@code foundBytes} of the {@code sizeBytes} exist, often 0. */
    record Lost(String path, UUID storeId, Instant createdAt, long sizeBytes, long foundBytes) {}

    record Findings<T>(long count, List<T> items) {}

    /**
     * The result of a search, which removes nothing.
     *
     * @param orphans the number of orphans of both kinds; {@code items} has only the first of each kind
     */
    record Report(
            long orphans,
            long objects,
            long blobs,
            Findings<Lost> objectsWithoutBytes,
            Findings<Blob> blobsWithoutObject) {}

    private final OrphanSearch search;
    private final UpkeepConfig config;
    private final AtomicBoolean searching = new AtomicBoolean();

    OrphansResource(OrphanSearch search, UpkeepConfig config) {
        this.search = search;
        this.config = config;
    }

    /** Runs one search at a time, because a search reads every object. */
    @GET
    public Uni<Report> orphans() {
        if (!searching.compareAndSet(false, true)) {
            throw Problem.unavailable("Another search is running. Try again when it has finished.", RETRY_AFTER);
        }
        return search.run()
                .ifNoItem()
                .after(config.reportTimeout())
                .failWith(() -> Problem.unavailable(
                        "The search did not finish in time. The metrics show what the last background search found.",
                        RETRY_AFTER))
                .onTermination()
                .invoke(() -> searching.set(false))
                .map(OrphansResource::toReport);
    }

    private static Report toReport(OrphanSearch.Orphans found) {
        OrphanCount<OrphanSearch.Lost> objects = found.objects();
        OrphanCount<Blob> blobs = found.blobs();
        return new Report(
                objects.count() + blobs.count(),
                objects.checked(),
                blobs.checked(),
                new Findings<>(
                        objects.count(),
                        objects.first().stream()
                                .limit(MAX_LISTED)
                                .map(lost -> new Lost(
                                        lost.entry().path(),
                                        lost.entry().storeId(),
                                        lost.entry().createdAt(),
                                        lost.entry().sizeBytes(),
                                        lost.foundBytes()))
                                .toList()),
                new Findings<>(
                        blobs.count(), blobs.first().stream().limit(MAX_LISTED).toList()));
    }
}
