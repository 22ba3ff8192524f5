package dev.wearon.generation.reconciliation;

import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.sessions.SessionsConfig;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Runs the operator's reports and repairs of the stores' channel, one at a time; the result is empty while another one runs.
 * {@link dev.wearon.generation.upkeep.Reconciler} is the background job.
 */
@ApplicationScoped
class OperatorReconciliation {

    private static final Logger LOG = Logger.getLogger(OperatorReconciliation.class);

    /**
     * @param window the compared period
     * @param repairs number of repaired items for each class; a class that is absent has none
     */
    record Outcome(Window window, ComparisonResult result, Map<Mismatch, Long> repairs) {

        long repaired(Mismatch mismatch) {
            return repairs.getOrDefault(mismatch, 0L);
        }
    }

    private final B2b b2b;
    private final Comparison comparison;
    private final ComparedSessions compared;
    private final Repair repair;
    private final ReconciliationConfig config;
    private final SessionsConfig sessions;
    private final AtomicBoolean running = new AtomicBoolean();

    OperatorReconciliation(
            B2b b2b,
            Comparison comparison,
            ComparedSessions compared,
            Repair repair,
            ReconciliationConfig config,
            SessionsConfig sessions) {
        this.b2b = b2b;
        this.comparison = comparison;
        this.compared = compared;
        this.repair = repair;
        this.config = config;
        this.sessions = sessions;
    }

    /** Compares and changes nothing. */
    Uni<Optional<Outcome>> report(Window requested, int limit) {
        ComparisonResult result = new ComparisonResult(limit);
        return exclusively(() -> withoutRecent(requested).chain(window -> comparison
                .run(b2b, window, result, Comparison.MismatchHandler.NONE)
                .replaceWith(() -> new Outcome(window, result, Map.of()))));
    }

    /** @param requestId the id of the operator's request; the ledger stores it with each release */
    Uni<Optional<Outcome>> repair(Window requested, String requestId) {
        ComparisonResult result = new ComparisonResult(0);
        Repair.Run run = repair.start(b2b, requestId);
        return exclusively(() -> withoutRecent(requested).chain(window -> comparison
                .run(b2b, window, result, run)
                .replaceWith(() -> new Outcome(
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

    private Uni<Optional<Outcome>> exclusively(Supplier<Uni<Outcome>> work) {
        return Uni.createFrom()
                .deferred(() -> running.compareAndSet(false, true)
                        ? work.get()
                                .ifNoItem()
                                .after(config.reportTimeout())
                                .fail()
                                .map(Optional::of)
                                .onTermination()
                                .invoke(() -> running.set(false))
                        : Uni.createFrom().item(Optional.empty()));
    }
}
