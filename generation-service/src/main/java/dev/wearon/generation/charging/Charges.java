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
 * Takes the credit of a session and gives it back; the charge id is the session id. Charges are issued by the sessions of a
 * channel, under its name, and asked for by that name. So the charges of another channel, and those of no session, are never
 * taken for charges that lost theirs.
 */
@ApplicationScoped
public class Charges {

    /** What became of a charge. {@link Unknown}: no answer that says so; only asking again by id can tell. */
    public sealed interface Outcome {
        /** Taken, now or by an earlier call with the same id. */
        record Charged() implements Outcome {}

        /** The wallet holds too little; nothing was taken and nothing is left behind. */
        record Insufficient() implements Outcome {}

        /** Given back already, or closed before the charge came: this id can never be charged. */
        record Released() implements Outcome {}

        /** @param answeredWithFault whether the ledger answered with a fault (else it was not reached in time) */
        record Unknown(boolean answeredWithFault, Throwable cause) implements Outcome {}
    }

    /** As many as the ledger answers for at once. */
    public static final int MAX_LOOKUP = 500;

    private final CreditsClient credits;
    private final Identities identities;

    Charges(@RestClient CreditsClient credits, Identities identities) {
        this.credits = credits;
        this.identities = identities;
    }

    /**
     * @param issuer the channel of the session
     * @param identity the signed identity of the create; it says whose wallet pays
     */
    public Uni<Outcome> charge(String issuer, String identity, UUID sessionId, int amount, String requestId) {
        var request = new CreditsClient.ChargeRequest(issuer, sessionId, amount, requestId, "Virtual try-on");
        return credits.charge(identity, requestId, request)
                .map(Charges::outcome)
                .onFailure()
                .recoverWithItem(fault -> new Outcome.Unknown(isFault(fault), fault));
    }

    /** A ledger that is too busy says 503, which is no fault of it. */
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
     * Makes sure that nothing is charged to a store for this session, now and later. Call it only when the session's row says
     * {@code failed}; it may be repeated.
     *
     * @return whether a credit came back (else it had never been taken); fails when the ledger gave no answer
     */
    public Uni<Boolean> release(UUID storeId, UUID sessionId, String requestId) {
        var request = new CreditsClient.ReleaseRequest(requestId, "Virtual try-on failed");
        return credits.release(identities.asService(), requestId, storeId, sessionId, request)
                .map(answer -> switch (answer.outcome()) {
                    case released, already_released -> true;
                    case never_charged -> false;
                });
    }

    /** A charge that a session issued; {@code id} should be that session's. */
    public record UnreleasedCharge(UUID id, UUID ownerId, Instant createdAt) {}

    /**
     * The charges of the issuer's sessions that are not given back, of every owner, by pages, oldest first.
     *
     * @param from the first moment; of a further page that of the last charge seen
     * @param after null, and of a further page the id of the last charge seen
     */
    public Uni<List<UnreleasedCharge>> unreleased(String issuer, Instant from, UUID after, Instant before, int limit) {
        return credits.unreleased(identities.asService(), issuer, from, after, before, limit)
                .map(answer -> answer.charges().stream()
                        .map(charge -> new UnreleasedCharge(charge.chargeId(), charge.storeId(), charge.createdAt()))
                        .toList());
    }

    /**
     * What the ledger holds of a session.
     *
     * @param unreleased taken and not given back
     * @param everCharged false: it was released before it came
     * @param deductions how many movements took it; 1 is as it should be
     */
    public record LedgerCharge(UUID id, UUID ownerId, boolean unreleased, boolean everCharged, int deductions) {}

    /**
     * Asks for up to {@link #MAX_LOOKUP} ids, of any owner; left out are those that the ledger never heard of, or holds
     * a charge under that somebody else issued.
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
