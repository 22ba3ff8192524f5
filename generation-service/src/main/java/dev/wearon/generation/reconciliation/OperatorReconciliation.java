package dev.wearon.generation.reconciliation;

import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.sessions.SessionsConfig;
import dev.wearon.generation.upkeep.RetentionMark;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Runs the operator's reports and repairs of the stores' channel, one at a time. {@link
 * dev.wearon.generation.upkeep.Reconciler} is the background job.
 */
@ApplicationScoped
class OperatorReconciliation {

    private static final Logger LOG = Logger.getLogger(OperatorReconciliation.class);

    sealed interface Outcome {

        /**
         * @param window the compared period
         * @param repairs number of repaired items for each class; a class that is absent has none
         */
        record Compared(Window window, ComparisonResult result, Map<Mismatch, Long> repairs) implements Outcome {

            long repaired(Mismatch mismatch) {
                return repairs.getOrDefault(mismatch, 0L);
            }
        }

        /** The window begins before this time, and sessions before it may be deleted. */
        record Deleted(Instant sessionsSince) implements Outcome {}

        /** Another report or repair is running. */
        record Busy() implements Outcome {}
    }

    private final B2b b2b;
    private final Comparison comparison;
    private final ComparedSessions compared;
    private final RetentionMark mark;
    private final Repair repair;
    private final ReconciliationConfig config;
    private final SessionsConfig sessions;
    private final AtomicBoolean running = new AtomicBoolean();

    OperatorReconciliation(
            B2b b2b,
            Comparison comparison,
            ComparedSessions compared,
            RetentionMark mark,
            Repair repair,
            ReconciliationConfig config,
            SessionsConfig sessions) {
        this.b2b = b2b;
        this.comparison = comparison;
        this.compared = compared;
        this.mark = mark;
        this.repair = repair;
        this.config = config;
        this.sessions = sessions;
    }

    /** Compares and changes nothing. */
    Uni<Outcome> report(Window requested, int limit) {
        ComparisonResult result = new ComparisonResult(limit);
        return exclusively(requested, () -> withoutRecent(requested).chain(window -> comparison
                .run(b2b, window, result, Comparison.MismatchHandler.NONE)
                .replaceWith(() -> new Outcome.Compared(window, result, Map.of()))));
    }

    /** @param requestId the id of the operator's request; the ledger stores it with each release */
    Uni<Outcome> repair(Window requested, String requestId) {
        ComparisonResult result = new ComparisonResult(0);
        Repair.Run run = repair.start(b2b, requestId);
        return exclusively(requested, () -> withoutRecent(requested).chain(window -> comparison
                .run(b2b, window, result, run)
                .replaceWith(() -> (Outcome) new Outcome.Compared(
                        window,
                        result,
                        Map.of(
                                Mismatch.CHARGED_WITHOUT_SESSION, run.closed(),
                                Mismatch.FAILED_NOT_RELEASED, run.released())))
                .invoke(() -> LOG.infof(
                        "The operator's repair released %d charges without a session and %d charges of failed sessions",
                        run.closed(), run.released()))));
    }

    /**
     * Ends the window {@code reconcile-min-age} ago by the database's clock. The clock of a process may be ahead. With it a running create could
     * look like a charge without a session, and the repair would close it.
     */
    private Uni<Window> withoutRecent(Window requested) {
        return compared.databaseTimeMinus(sessions.reconcileMinAge()).map(requested::cappedAt);
    }

    private Uni<Outcome> exclusively(Window requested, Supplier<Uni<Outcome>> work) {
        return Uni.createFrom()
                .deferred(() -> running.compareAndSet(false, true)
                        ? sinceMark(requested, work)
                                .ifNoItem()
                                .after(config.reportTimeout())
                                .fail()
                                .onTermination()
                                .invoke(() -> running.set(false))
                        : Uni.createFrom().item(new Outcome.Busy()));
    }

    /**
     * Reads the mark before and after the work. If it has moved into the window meanwhile, deleted sessions may look like
     * mismatches. A repair itself checks the mark again for each charge.
     */
    private Uni<Outcome> sinceMark(Window requested, Supplier<Uni<Outcome>> work) {
        return deletedBefore(requested)
                .chain(before -> before.isPresent()
                        ? Uni.createFrom().item(before.get())
                        : work.get().chain(outcome -> deletedBefore(requested).map(after -> after.orElse(outcome))));
    }

    private Uni<Optional<Outcome>> deletedBefore(Window requested) {
        return mark.sessionsSince(b2b)
                .map(since ->
                        requested.from().isBefore(since) ? Optional.of(new Outcome.Deleted(since)) : Optional.empty());
    }
}
