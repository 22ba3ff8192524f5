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
 * Removes what is over: first the row, which leaves the blob's name behind; then, when nobody can be reading them any
 * more, the bytes; then the name. It may die anywhere and run in every process at once.
 */
@ApplicationScoped
class Janitor implements RecurringJob {

    /**
     * What one run did.
     *
     * @param deletedRows objects whose row it removed
     * @param deletedBlobs blobs whose bytes are gone
     * @param longestWait how long the blob has waited that was due longest; zero when none was
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

    /** Twice this and the grace: within that everything is gone whose time has come. */
    @Override
    public Optional<Duration> every() {
        return config.janitorEvery();
    }

    @Override
    public Uni<Counts> runOnce() {
        return deleteRows(removals::deleteExpired)
                .chain(expired -> deleteRows(removals::deleteClosed).map(expired::plus))
                .chain(deletedRows -> deleteDueBlobs().map(deletedRows::plus))
                .invoke(counts -> findings.oldest(counts.longestWait()));
    }

    /** Until a batch is not full, so that however many there are, none of them waits for the next run as well. */
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
