package dev.wearon.generation.charging;

import dev.wearon.identity.Identities;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

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

        /** The charge was given back, or released before it arrived. This id can never be charged. */
        record Released() implements Outcome {}

        /** @param answeredWithFault true when the ledger answered with a fault, false when it was not reached in time */
        record Unknown(boolean answeredWithFault, Throwable cause) implements Outcome {}
    }

    /** The ledger's limit for one lookup. */
    public static final int MAX_LOOKUP = 500;

    private final CreditsClient credits;
    private final Identities identities;

    Charges(@RestClient CreditsClient credits, Identities identities) {
        this.credits = credits;
        this.identities = identities;
    }

    /**
     * @param issuer the channel of the session
     * @param identity the signed identity of the create; it names the wallet that pays
     */
    public Uni<Outcome> charge(String issuer, String identity, UUID sessionId, int amount, String requestId) {
        var request = new CreditsClient.ChargeRequest(issuer, sessionId, amount, requestId, "Virtual try-on");
        return credits.charge(identity, requestId, request)
                .map(Charges::outcome)
                .onFailure()
                .recoverWithItem(fault -> new Outcome.Unknown(isFault(fault), fault));
    }

    /** A 503 is no fault: the ledger is overloaded. */
    private static boolean isFault(Throwable failure) {
        return failure instanceof WebApplicationException answered
                && answered.getResponse().getStatus() != Response.Status.SERVICE_UNAVAILABLE.getStatusCode();
    }

    private static Outcome outcome(CreditsClient.ChargeResponse answer) {
        return switch (answer.outcome()) {
            case charged, replayed -> new Outcome.Charged();
            case insufficient -> new Outcome.Insufficient();
            case released -> new Outcome.Released();
        };
    }

    /**
     * Gives back the charge of a session, or prevents a charge that arrives later. Call it only when the session's row is
     * {@code failed}. It may be repeated.
     *
     * @return true when a credit was given back, false when none had been charged; fails when the ledger does not answer
     */
    public Uni<Boolean> release(UUID storeId, UUID sessionId, String requestId) {
        var request = new CreditsClient.ReleaseRequest(requestId, "Virtual try-on failed");
        return credits.release(identities.asService(), requestId, storeId, sessionId, request)
                .map(answer -> switch (answer.outcome()) {
                    case released, already_released -> true;
                    case never_charged -> false;
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
        return credits.unreleased(identities.asService(), issuer, from, after, before, limit)
                .map(answer -> answer.charges().stream()
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
        return credits.lookup(identities.asService(), new CreditsClient.LookupRequest(issuer, ids))
                .map(answer -> answer.charges().stream()
                        .map(charge -> new LedgerCharge(
                                charge.chargeId(),
                                charge.storeId(),
                                charge.status() == CreditsClient.ChargeStatus.charged,
                                charge.everCharged(),
                                charge.taken()))
                        .toList());
    }
}
