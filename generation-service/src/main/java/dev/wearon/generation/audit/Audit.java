package dev.wearon.generation.audit;

import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.sessions.SessionsConfig;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Makes one report or repair, of the stores' channel, at a time; the answer is empty while another is being made. */
@ApplicationScoped
class Audit {

    private static final Logger LOG = Logger.getLogger(Audit.class);

    /**
     * @param window what was compared
     * @param repairs how many of a class were put right; a class that is not named has none
     */
    record Outcome(Window window, Tally tally, Map<Mismatch, Long> repairs) {

        long repaired(Mismatch mismatch) {
            return repairs.getOrDefault(mismatch, 0L);
        }
    }

    private final B2b b2b;
    private final Comparison comparison;
    private final ComparedSessions compared;
    private final Repair repair;
    private final AuditConfig config;
    private final SessionsConfig sessions;
    private final AtomicBoolean busy = new AtomicBoolean();

    Audit(
            B2b b2b,
            Comparison comparison,
            ComparedSessions compared,
            Repair repair,
            AuditConfig config,
            SessionsConfig sessions) {
        this.b2b = b2b;
        this.comparison = comparison;
        this.compared = compared;
        this.repair = repair;
        this.config = config;
        this.sessions = sessions;
    }

    /** Changes nothing. */
    Uni<Optional<Outcome>> report(Window asked, int limit) {
        Tally tally = new Tally(limit);
        return alone(() -> settled(asked).chain(window -> comparison
                .run(b2b, window, tally, Comparison.Remedy.NONE)
                .replaceWith(() -> new Outcome(window, tally, Map.of()))));
    }

    /** @param requestId of the operator's request; the ledger keeps it with what it gives back */
    Uni<Optional<Outcome>> repair(Window asked, String requestId) {
        Tally tally = new Tally(0);
        Repair.Round round = repair.round(b2b, requestId);
        return alone(() -> settled(asked).chain(window -> comparison
                .run(b2b, window, tally, round)
                .replaceWith(() -> new Outcome(
                        window,
                        tally,
                        Map.of(
                                Mismatch.CHARGED_WITHOUT_SESSION, round.closed(),
                                Mismatch.FAILED_NOT_RELEASED, round.released())))
                .invoke(() -> LOG.infof(
                        "The operator's repair gave back %d charges without a session and %d of failed ones",
                        round.closed(), round.released()))));
    }

    /** A service whose clock is ahead would take what is on its way for what is left over, and the repair would close it. */
    private Uni<Window> settled(Window asked) {
        return compared.ago(sessions.reconcileMinAge()).map(asked::before);
    }

    private Uni<Optional<Outcome>> alone(Supplier<Uni<Outcome>> work) {
        return Uni.createFrom()
                .deferred(() -> busy.compareAndSet(false, true)
                        ? work.get()
                                .ifNoItem()
                                .after(config.longest())
                                .fail()
                                .map(Optional::of)
                                .onTermination()
                                .invoke(() -> busy.set(false))
                        : Uni.createFrom().item(Optional.empty()));
    }
}
