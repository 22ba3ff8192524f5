package dev.wearon.storage.upkeep;

import dev.wearon.jobs.Findings;
import dev.wearon.jobs.RecurringJob;
import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.catalog.Removals;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Removes what is over: first the row, which leaves the blob's name behind; then, when nobody can be reading them any
 * more, the bytes; then the name. It may die anywhere and run in every process at once.
 */
@ApplicationScoped
class Janitor implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(Janitor.class);

    /**
     * What one run did.
     *
     * @param ended objects whose row it removed
     * @param removed blobs whose bytes are gone
     * @param oldest how long the blob has waited that was due longest; zero when none was
     */
    record Counts(int ended, int removed, Duration oldest) {}

    private record Page(int due, int removed, Duration oldest) {}

    private final Removals removals;
    private final Backend backend;
    private final UpkeepConfig config;
    private final Findings findings;

    Janitor(Removals removals, Backend backend, UpkeepConfig config, MeterRegistry metrics) {
        this.removals = removals;
        this.backend = backend;
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
        return ended(() -> removals.endExpired(config.batch()))
                .chain(expired ->
                        ended(() -> removals.endClosed(config.batch())).map(closed -> expired + closed))
                .chain(ended -> removeDue().map(pages -> counts(ended, pages)))
                .invoke(counts -> findings.oldest(counts.oldest()));
    }

    private static Counts counts(int ended, List<Page> pages) {
        return new Counts(
                ended,
                pages.stream().mapToInt(Page::removed).sum(),
                pages.stream().map(Page::oldest).max(Duration::compareTo).orElse(Duration.ZERO));
    }

    /** Until a batch is not full, so that however many there are, none of them waits for the next run as well. */
    private Uni<Integer> ended(Supplier<Uni<Integer>> batch) {
        return Multi.createBy()
                .repeating()
                .uni(() -> batch.get())
                .whilst(rows -> rows == config.batch())
                .onItem()
                .invoke(findings::found)
                .collect()
                .with(Collectors.summingInt(rows -> rows));
    }

    /** Page after page, so that one which cannot be removed keeps no other waiting. */
    private Uni<List<Page>> removeDue() {
        return Multi.createBy()
                .repeating()
                .uni(() -> new AtomicReference<>(""), last -> page(last))
                .whilst(page -> page.due() == config.batch())
                .filter(page -> page.due() > 0)
                .collect()
                .asList();
    }

    private Uni<Page> page(AtomicReference<String> last) {
        return removals.due(config.grace(), last.get(), config.batch()).chain(due -> {
            if (due.isEmpty()) {
                return Uni.createFrom().item(new Page(0, 0, Duration.ZERO));
            }
            last.set(due.getLast().blob());
            Duration oldest = due.stream()
                    .map(Removals.Removal::waited)
                    .max(Duration::compareTo)
                    .orElseThrow();
            return Multi.createFrom()
                    .iterable(due)
                    .onItem()
                    .transformToUni(removal -> removed(removal.blob()))
                    .merge(config.atOnce())
                    .filter(Optional::isPresent)
                    .map(Optional::get)
                    .collect()
                    .asList()
                    .chain(removals::done)
                    .invoke(findings::repaired)
                    .map(removed -> new Page(due.size(), removed, oldest));
        });
    }

    private Uni<Optional<String>> removed(String blob) {
        return backend.delete(blob).replaceWith(Optional.of(blob)).onFailure().recoverWithItem(fault -> {
            LOG.warnf("Blob %s is over and could not be removed yet: %s", blob, fault);
            return Optional.empty();
        });
    }
}
