package dev.wearon.generation.upkeep;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.sessions.SessionsConfig;
import dev.wearon.jobs.Findings;
import dev.wearon.jobs.RecurringJob;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The background job that finds charges without a session. There is one when a process died, or PostgreSQL was down, between
 * the charge and the row. The job inserts the failed row; the refunder then gives the credit back. The job reads the ledger's
 * charges by time, up to a minute ago, when every create has ended. Each window overlaps the one before by more than a
 * transaction of the ledger may take, so the next window sees a late commit. No window begins before the retention mark, because sessions before it may be
 * deleted. The operator's report and repair is the package {@code reconciliation}.
 */
@ApplicationScoped
class Reconciler implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(Reconciler.class);

    /** Longer than a transaction of the ledger may take. */
    static final Duration OVERLAP = Duration.ofMinutes(2);

    /**
     * The result of one run.
     *
     * @param oldest how long the oldest closed charge was overdue; zero without one
     */
    record Counts(int seen, int closed, Duration oldest) {

        static final Counts NONE = new Counts(0, 0, Duration.ZERO);

        Counts plus(Counts more) {
            return new Counts(
                    seen + more.seen, closed + more.closed, more.oldest.compareTo(oldest) > 0 ? more.oldest : oldest);
        }
    }

    private final Channels channels;
    private final ReconciledCharges reconciled;
    private final Charges charges;
    private final SessionsConfig config;
    private final Findings findings;

    Reconciler(
            Channels channels,
            ReconciledCharges reconciled,
            Charges charges,
            SessionsConfig config,
            MeterRegistry metrics) {
        this.channels = channels;
        this.reconciled = reconciled;
        this.charges = charges;
        this.config = config;
        this.findings = new Findings(metrics, "reconciler");
    }

    @Override
    public String name() {
        return "reconciler";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(config.reconcileEvery());
    }

    @Override
    public Uni<Counts> runOnce() {
        AtomicReference<Counts> sum = new AtomicReference<>(Counts.NONE);
        return channels.forEach(channel -> compare(channel).invoke(counts -> sum.updateAndGet(counts::plus)))
                .onItemOrFailure()
                .invoke((done, fault) -> {
                    findings.oldest(sum.get().oldest());
                    if (sum.get().closed() > 0) {
                        LOG.warnf(
                                "Closed %d charges without a session; the refunder gives their credits back",
                                sum.get().closed());
                    }
                })
                .map(done -> sum.get());
    }

    private Uni<Counts> compare(Channel channel) {
        return reconciled.window(channel, OVERLAP, config.reconcileMinAge()).chain(window -> closeAll(channel, window)
                .call(() -> reconciled.advance(channel, window.before())));
    }

    private static final class Cursor {
        private Instant from;
        private UUID after;

        private Cursor(Instant from) {
            this.from = from;
        }
    }

    /** Reads until a page is not full. The depth of the stack does not grow with the number of pages. */
    private Uni<Counts> closeAll(Channel channel, ReconciledCharges.Window window) {
        int size = config.reconcileBatch();
        return Multi.createBy()
                .repeating()
                .uni(() -> new Cursor(window.from()), cursor -> page(channel, cursor, window.before()))
                .whilst(counts -> counts.seen() == size)
                .collect()
                .with(Collectors.reducing(Counts.NONE, Counts::plus));
    }

    private Uni<Counts> page(Channel channel, Cursor cursor, Instant before) {
        return charges.unreleased(channel.issuer(), cursor.from, cursor.after, before, config.reconcileBatch())
                .chain(page -> close(channel, page).map(closed -> {
                    if (!page.isEmpty()) {
                        cursor.from = page.getLast().createdAt();
                        cursor.after = page.getLast().id();
                    }
                    Duration oldest = closed.isEmpty()
                            ? Duration.ZERO
                            : Duration.between(closed.getFirst().createdAt(), before);
                    return new Counts(page.size(), closed.size(), oldest);
                }));
    }

    private Uni<List<Charges.UnreleasedCharge>> close(Channel channel, List<Charges.UnreleasedCharge> page) {
        return page.isEmpty()
                ? Uni.createFrom().item(page)
                : reconciled.insertFailedSessions(channel, page).invoke(closed -> {
                    findings.found(closed.size());
                    findings.repaired(closed.size());
                });
    }
}
