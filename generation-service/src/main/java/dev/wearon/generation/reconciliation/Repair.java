package dev.wearon.generation.reconciliation;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.reconciliation.ComparisonResult.Item;
import dev.wearon.generation.sessions.Refunds;
import dev.wearon.generation.sessions.SessionsConfig;
import dev.wearon.generation.upkeep.ReconciledCharges;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Releases charges that have no session or a failed one. These are the mismatches that need no decision. */
@ApplicationScoped
class Repair {

    private final ComparedSessions sessions;
    private final ReconciledCharges reconciled;
    private final Refunds refunds;
    private final SessionsConfig config;

    Repair(ComparedSessions sessions, ReconciledCharges reconciled, Refunds refunds, SessionsConfig config) {
        this.sessions = sessions;
        this.reconciled = reconciled;
        this.refunds = refunds;
        this.config = config;
    }

    final class Run implements Comparison.MismatchHandler {

        private final Channel channel;
        private final String requestId;
        private long closed;
        private long released;

        private Run(Channel channel, String requestId) {
            this.channel = channel;
            this.requestId = requestId;
        }

        long closed() {
            return closed;
        }

        long released() {
            return released;
        }

        @Override
        public Uni<Void> handle(Mismatch mismatch, List<Item> items) {
            return switch (mismatch) {
                case CHARGED_WITHOUT_SESSION ->
                    close(channel, items)
                            .chain(failed -> release(channel, failed, requestId))
                            .invoke(done -> closed += done)
                            .replaceWithVoid();
                case FAILED_NOT_RELEASED ->
                    release(channel, items, requestId)
                            .invoke(done -> released += done)
                            .replaceWithVoid();
                case COMPLETED_WITHOUT_CHARGE, RELEASED_BUT_COMPLETED, DOUBLE_CHARGE, RESULT_OBJECT_MISSING ->
                    Uni.createFrom().voidItem();
            };
        }
    }

    /** @param requestId the ledger stores it with each release */
    Run start(Channel channel, String requestId) {
        return new Run(channel, requestId);
    }

    /**
     * Inserts failed rows for charges without a session. Returns all charges that now have a failed session: none whose session may
     * be deleted.
     */
    private Uni<List<Item>> close(Channel channel, List<Item> charges) {
        List<Charges.UnreleasedCharge> unreleased = charges.stream()
                .map(charge -> new Charges.UnreleasedCharge(charge.sessionId(), charge.storeId(), charge.createdAt()))
                .toList();
        return reconciled
                .insertFailedSessions(channel, unreleased)
                .chain(() -> sessions.find(
                        channel, charges.stream().map(Item::sessionId).toList()))
                .map(known -> {
                    Map<UUID, UUID> failed = new HashMap<>();
                    known.stream()
                            .filter(ComparedSessions.ExistingSession::failed)
                            .forEach(session -> failed.put(session.id(), session.ownerId()));
                    return charges.stream()
                            .filter(charge -> charge.storeId().equals(failed.get(charge.sessionId())))
                            .toList();
                });
    }

    /** Releases charges of failed sessions. Returns their number. */
    private Uni<Integer> release(Channel channel, List<Item> failed, String requestId) {
        return Multi.createFrom()
                .iterable(failed)
                .onItem()
                .transformToUni(session -> release(new Owner(channel, session.storeId()), session, requestId))
                .merge(config.refundConcurrency())
                .onItem()
                .ignoreAsUni()
                .replaceWith(failed.size());
    }

    private Uni<Void> release(Owner owner, Item session, String requestId) {
        return refunds.release(session.sessionId(), owner, requestId)
                .onFailure()
                .transform(NeighbourException::new)
                .chain(() -> sessions.correctRefund(session.sessionId(), owner));
    }
}
