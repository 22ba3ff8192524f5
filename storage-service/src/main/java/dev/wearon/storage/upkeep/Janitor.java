package dev.wearon.storage.upkeep;

import dev.wearon.jobs.Findings;
import dev.wearon.jobs.RecurringJob;
import dev.wearon.storage.catalog.Removals;
import dev.wearon.storage.catalog.Removals.Removal;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Deletes objects that have expired or were closed with their store: first the row, after a grace period the bytes. A
 * record keeps the name of the blob in between. The janitor may crash anywhere, and may run in every process at once.
 */
@ApplicationScoped
class Janitor implements RecurringJob {

    /**
     * The result of one run.
     *
     * @param deletedRows the number of objects whose row was deleted
     * @param deletedBlobs the number of blobs whose bytes were deleted
     * @param longestWait the time that the oldest due blob has waited; zero if none was due
     */
    record Counts(int deletedRows, int deletedBlobs, Duration longestWait) {

        private static final Counts NONE = new Counts(0, 0, Duration.ZERO);

        private Counts plus(Counts more) {
            return new Counts(
                    deletedRows + more.deletedRows,
                    deletedBlobs + more.deletedBlobs,
                    longestWait.compareTo(more.longestWait) > 0 ? longestWait : more.longestWait);
        }
    }

    private final Removals removals;
    private final Blobs blobs;
    private final UpkeepConfig config;
    private final Findings findings;

    Janitor(Removals removals, Blobs blobs, UpkeepConfig config, MeterRegistry metrics) {
        this.removals = removals;
        this.blobs = blobs;
        this.config = config;
        this.findings = new Findings(metrics, "storage.janitor");
    }

    @Override
    public String name() {
        return "janitor";
    }

    /** An object's bytes are gone at most two intervals and one grace period after its end. */
    @Override
    public Optional<Duration> every() {
        return config.janitorEvery();
    }

    @Override
    public Uni<Counts> runOnce() {
        return deleteRows(removals::deleteExpired)
                .chain(expired -> deleteRows(removals::deleteClosed).map(expired::plus))
                .call(this::forgetDeleted)
                .chain(deletedRows -> deleteDueBlobs().map(deletedRows::plus))
                .invoke(counts -> findings.oldest(counts.longestWait()));
    }

    private Uni<?> forgetDeleted() {
        return Multi.createBy()
                .repeating()
                .uni(() -> removals.forgetDeleted(config.batch()))
                .whilst(forgotten -> forgotten == config.batch())
                .collect()
                .last();
    }

    /** Deletes batches until one is not full, so that no object waits for the next run. */
    private Uni<Counts> deleteRows(Function<Integer, Uni<Integer>> batch) {
        return Multi.createBy()
                .repeating()
                .uni(() -> batch.apply(config.batch()))
                .whilst(deletedRows -> deletedRows == config.batch())
                .onItem()
                .invoke(findings::found)
                .map(deletedRows -> new Counts(deletedRows, 0, Duration.ZERO))
                .collect()
                .with(Collectors.reducing(Counts.NONE, Counts::plus));
    }

    private Uni<Counts> deleteDueBlobs() {
        return removals.findDue(config.grace(), config.batch())
                .onItem()
                .transformToUniAndConcatenate(this::deleteBlobs)
                .collect()
                .with(Collectors.reducing(Counts.NONE, Counts::plus));
    }

    private Uni<Counts> deleteBlobs(List<Removal> page) {
        Duration longestWait =
                page.stream().map(Removal::waited).max(Duration::compareTo).orElseThrow();
        return blobs.delete(page.stream().map(Removal::blob).toList())
                .chain(removals::complete)
                .invoke(findings::repaired)
                .map(removed -> new Counts(0, removed, longestWait));
    }
}
