package dev.wearon.storage.upkeep;

import dev.wearon.jobs.Findings;
import dev.wearon.jobs.RecurringJob;
import dev.wearon.storage.backends.Blob;
import dev.wearon.storage.catalog.Removals;
import dev.wearon.storage.ownership.Ownership;
import dev.wearon.storage.upkeep.OrphanSearch.Lost;
import dev.wearon.storage.upkeep.OrphanSearch.Orphans;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Removes orphans: blobs that no row names, for example after a crash, and rows whose bytes are incomplete. */
@ApplicationScoped
class OrphanRemoval implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(OrphanRemoval.class);

    /** The number of orphans that one run found and removed. */
    record Counts(long found, long removed) {}

    private final Ownership ownership;
    private final OrphanSearch search;
    private final Removals removals;
    private final Blobs blobs;
    private final UpkeepConfig config;
    private final Clock clock;
    private final Findings findings;

    OrphanRemoval(
            Ownership ownership,
            OrphanSearch search,
            Removals removals,
            Blobs blobs,
            UpkeepConfig config,
            Clock clock,
            MeterRegistry metrics) {
        this.ownership = ownership;
        this.search = search;
        this.removals = removals;
        this.blobs = blobs;
        this.config = config;
        this.clock = clock;
        this.findings = new Findings(metrics, "storage.orphans");
    }

    @Override
    public String name() {
        return "orphan-removal";
    }

    @Override
    public Optional<Duration> every() {
        return config.orphansEvery();
    }

    @Override
    public Uni<Counts> runOnce() {
        return ownership
                .confirm()
                .chain(search::run)
                .invoke(this::recordMetrics)
                .chain(orphans -> removeObjects(orphans.objects())
                        .chain(objects -> removeBlobs(orphans.blobs()).map(blobs -> objects + blobs))
                        .map(removed -> new Counts(
                                orphans.objects().count() + orphans.blobs().count(), removed)))
                .invoke(counts -> findings.repaired(counts.removed()));
    }

    private void recordMetrics(Orphans orphans) {
        findings.found(orphans.objects().count() + orphans.blobs().count());
        findings.oldest(Stream.of(orphans.objects().oldest(), orphans.blobs().oldest())
                .flatMap(Optional::stream)
                .min(Instant::compareTo)
                .map(since -> Duration.between(since, clock.instant()))
                .orElse(Duration.ZERO));
    }

    private Uni<Integer> removeObjects(OrphanCount<Lost> counted) {
        List<Lost> lost = removable(counted, "objects lack bytes");
        lost.forEach(object -> LOG.errorf(
                "Only %d of the %d bytes of %s are left; the object is removed",
                object.foundBytes(), object.entry().sizeBytes(), object.entry().path()));
        return lost.isEmpty()
                ? Uni.createFrom().item(0)
                : removals.deleteLost(
                        lost.stream().map(object -> object.entry().blob()).toList());
    }

    private Uni<Integer> removeBlobs(OrphanCount<Blob> counted) {
        List<Blob> orphans = removable(counted, "blobs belong to no object");
        if (!orphans.isEmpty()) {
            LOG.warnf("%d blobs belong to no object and are removed", orphans.size());
        }
        return blobs.delete(orphans.stream().map(Blob::name).toList()).map(List::size);
    }

    private <T> List<T> removable(OrphanCount<T> counted, String what) {
        List<T> removable = counted.removable(config.orphansSafeCount());
        if (removable.isEmpty() && counted.count() > 0) {
            LOG.errorf(
                    "%d of %d %s. Nothing is removed. Check that the folder or bucket belongs to this database.",
                    counted.count(), counted.checked(), what);
        }
        return removable;
    }
}
