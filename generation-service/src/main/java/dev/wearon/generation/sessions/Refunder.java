package dev.wearon.generation.sessions;

import dev.wearon.generation.charging.Charges;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Gives back the credit of every failed session, once. The ledger decides that it is once; this job only has to ask
 * until it was answered, so it may run in every instance at the same time and may die at any point.
 */
@ApplicationScoped
public class Refunder {

    private static final Logger LOG = Logger.getLogger(Refunder.class);

    /** What one run did. */
    record Counts(int found, int released) {}

    private final Sessions sessions;
    private final Charges charges;
    private final SessionsConfig config;
    private final Counter found;
    private final Counter released;
    private Cancellable timer = () -> {};

    Refunder(Sessions sessions, Charges charges, SessionsConfig config, MeterRegistry metrics) {
        this.sessions = sessions;
        this.charges = charges;
        this.config = config;
        this.found = metrics.counter("wearon.refunder.found");
        this.released = metrics.counter("wearon.refunder.repaired");
    }

    void start(@Observes StartupEvent event) {
        timer = Multi.createFrom()
                .ticks()
                .every(config.refundEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> runOnce().onFailure().recoverWithItem(fault -> {
                    LOG.warnf(fault, "The refunder could not look for failed sessions; it tries again");
                    return new Counts(0, 0);
                }))
                .subscribe()
                .with(counts -> {});
    }

    void stop(@Observes ShutdownEvent event) {
        timer.cancel();
    }

    Uni<Counts> runOnce() {
        return sessions.unreleased(config.refundBatch())
                .chain(failed -> Multi.createFrom()
                        .iterable(failed)
                        .onItem()
                        .transformToUniAndConcatenate(session -> release(
                                        session.id(), session.storeId(), session.requestId())
                                .onFailure()
                                .recoverWithItem(fault -> {
                                    LOG.warnf("The credit of session %s is not back yet: %s", session.id(), fault);
                                    return false;
                                }))
                        .filter(done -> done)
                        .collect()
                        .with(java.util.stream.Collectors.counting())
                        .map(done -> new Counts(failed.size(), done.intValue())))
                .invoke(counts -> {
                    found.increment(counts.found());
                    released.increment(counts.released());
                });
    }

    /**
     * Makes sure that nothing is charged for a session whose row says failed, and notes it there.
     *
     * @return whether this call noted it (else somebody else had)
     */
    public Uni<Boolean> release(UUID sessionId, UUID storeId, String requestId) {
        return charges.release(storeId, sessionId, requestId)
                .chain(creditCameBack -> sessions.markReleased(sessionId, storeId, creditCameBack));
    }
}
