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
     * @param ended objects whose row it removed
     * @param removed blobs whose bytes are gone
     * @param oldest how long the blob has waited that was due longest; zero when none was
     */
    record Counts(int ended, int removed, Duration oldest) {

        private static final Counts NONE = new Counts(0, 0, Duration.ZERO);

        private Counts plus(Counts more) {
            return new Counts(
                    ended + more.ended,
                    removed + more.removed,
                    oldest.compareTo(more.oldest) > 0 ? oldest : more.oldest);
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
        return end(removals::endExpired)
                .chain(expired -> end(removals::endClosed).map(expired::plus))
                .chain(ended -> removeDue().map(ended::plus))
                .invoke(counts -> findings.oldest(counts.oldest()));
    }

    /** Until a batch is not full, so that however many there are, none of them waits for the next run as well. */
    private Uni<Counts> end(Function<Integer, Uni<Integer>> batch) {
        return Multi.createBy()
                .repeating()
                .uni(() -> batch.apply(config.batch()))
                .whilst(ended -> ended == config.batch())
                .onItem()
                .invoke(findings::found)
                .map(ended -> new Counts(ended, 0, Duration.ZERO))
                .collect()
                .with(Collectors.reducing(Counts.NONE, Counts::plus));
    }

    private Uni<Counts> removeDue() {
        return removals.due(config.grace(), config.batch())
                .onItem()
                .transformToUniAndConcatenate(this::remove)
                .collect()
                .with(Collectors.reducing(Counts.NONE, Counts::plus));
    }

    private Uni<Counts> remove(List<Removal> page) {
        Duration oldest =
                page.stream().map(Removal::waited).max(Duration::compareTo).orElseThrow();
        return blobs.delete(page.stream().map(Removal::blob).toList())
                .chain(removals::done)
                .invoke(findings::repaired)
                .map(removed -> new Counts(0, removed, oldest));
    }
}
