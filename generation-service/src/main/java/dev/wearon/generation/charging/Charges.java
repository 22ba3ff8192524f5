package dev.wearon.generation.charging;

import dev.wearon.batching.Batcher;
import dev.wearon.generation.calls.ErrorResponse;
import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Charges the credit of a session and gives it back. The charge id is the session id. Every charge names its issuer, the
 * session's channel, and every query filters by it. So the reconciler never sees charges of another channel or of an operator.
 */
@ApplicationScoped
public class Charges {

    /** The result of a charge. {@link Unknown}: the ledger gave no usable answer; a repeat with the same id shows the outcome. */
    public sealed interface Outcome {
        /** The session is charged, now or by an earlier call. */
        record Charged() implements Outcome {}

        /** The wallet holds too little. Nothing was charged and no trace is left. */
        record Insufficient() implements Outcome {}

        /** The store has spent its cap of this UTC day. Nothing was charged and no trace is left. */
        record DailyCapReached() implements Outcome {}

        /** The charge was given back, or released before it arrived. This id can never be charged. */
        record Released() implements Outcome {}

        /** Too many charges wait; this one was not sent. */
        record NotTried() implements Outcome {}

        /** @param answeredWithFault true when the ledger answered with a fault, false when it was not reached in time */
        record Unknown(boolean answeredWithFault, Throwable cause) implements Outcome {}
    }

    /** The ledger's limit for one lookup. */
    public static final int MAX_LOOKUP = 500;

    private final CreditsClient credits;

    Charges(CreditsClient credits) {
        this.credits = credits;
    }

    /**
     * @param issuer the channel of the session
     * @param identity the signed identity of the create; it names the wallet that pays
     */
    public Uni<Outcome> charge(String issuer, String identity, UUID sessionId, int amount, String requestId) {
        var charge = new CreditsClient.ChargeRequest(identity, issuer, sessionId, amount, requestId, "Virtual try-on");
        return credits.charge(charge)
                .map(Charges::outcome)
                .onFailure(Batcher.Full.class)
                .recoverWithItem(new Outcome.NotTried())
                .onFailure()
                .recoverWithItem(fault -> new Outcome.Unknown(isFault(fault), fault));
    }

    /** A 503 is no fault: the ledger is overloaded. */
    private static boolean isFault(Throwable failure) {
        int status = ErrorResponse.status(failure);
        return status != 0 && status != Problem.Code.SERVICE_UNAVAILABLE.status();
    }

    private static Outcome outcome(String answer) {
        return switch (answer) {
            case "charged", "replayed" -> new Outcome.Charged();
            case "insufficient" -> new Outcome.Insufficient();
            case "daily_cap_reached" -> new Outcome.DailyCapReached();
            case "released" -> new Outcome.Released();
            default -> throw new IllegalStateException("The ledger answered with an unknown outcome of a charge");
        };
    }

    /**
     * Gives back the charge of a session, or prevents a charge that arrives later. Call it only when the session's row is
     * {@code failed}. It may be repeated.
     *
     * @return true when a credit was given back, false when none had been charged; fails when the ledger does not answer
     */
    public Uni<Boolean> release(UUID storeId, UUID sessionId, String requestId) {
        var release = new CreditsClient.ReleaseRequest(storeId, sessionId, requestId, "Virtual try-on failed");
        return credits.release(release).map(answer -> switch (answer) {
            case "released", "already_released" -> true;
            case "never_charged" -> false;
            default -> throw new IllegalStateException("The ledger answered with an unknown outcome of a release");
        });
    }

    /** A charge that is not given back. Its {@code id} should be the id of a session. */
    public record UnreleasedCharge(UUID id, UUID ownerId, Instant createdAt) {}

    /**
     * Returns a page of the issuer's charges that are not given back, of all owners, oldest first.
     *
     * @param from start of the period; for a further page, the time of the last charge of the page before
     * @param after null; for a further page, the id of the last charge of the page before
     */
    public Uni<List<UnreleasedCharge>> unreleased(String issuer, Instant from, UUID after, Instant before, int limit) {
        return credits.unreleased(issuer, from, after, before, limit).map(charges -> charges.stream()
                .map(charge -> new UnreleasedCharge(charge.chargeId(), charge.storeId(), charge.createdAt()))
                .toList());
    }

    /**
     * The ledger's record of one session.
     *
     * @param unreleased whether it is charged and not given back
     * @param everCharged false when the release came before the charge
     * @param deductions the number of movements that charged it; 1 is correct
     */
    public record LedgerCharge(UUID id, UUID ownerId, boolean unreleased, boolean everCharged, int deductions) {}

    /**
     * Looks up to {@link #MAX_LOOKUP} ids, of any owner. Leaves out ids that the ledger does not know, and ids that another
     * issuer charged.
     */
    public Uni<List<LedgerCharge>> lookup(String issuer, List<UUID> ids) {
        return credits.lookup(issuer, ids).map(charges -> charges.stream()
                .map(charge -> new LedgerCharge(
                        charge.chargeId(),
                        charge.storeId(),
                        charge.status() == CreditsClient.ChargeStatus.charged,
                        charge.everCharged(),
                        charge.taken()))
                .toList());
    }
}
