package dev.wearon.generation.sessions;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.images.Images;
import dev.wearon.generation.queue.Permits;
import dev.wearon.generation.queue.Task;
import dev.wearon.http.Caller;
import dev.wearon.http.Caller.BillingMode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * The saga of a create: inputs known → charge → row → permit, every step with the id that was made first. Whatever goes
 * wrong, a failed row stands before a credit is given back, so no release can overtake a session that lives; and an
 * insert that meets a row answers from that row.
 */
@ApplicationScoped
class Creation {

    private static final Logger LOG = Logger.getLogger(Creation.class);

    /** Price of a try-on. */
    private static final int CREDITS = 1;

    /** How a create ended. */
    sealed interface Outcome {
        record Created(UUID sessionId) implements Outcome {}

        /** @param message says which of the images, and why */
        record ImagesRefused(String message) implements Outcome {}

        /** The store lets its shoppers pay, and this request names none. */
        record ShopperMissing() implements Outcome {}

        /** @param shopperPays whose wallet is empty: the shopper's, else the store's */
        record Insufficient(boolean shopperPays) implements Outcome {}

        /** The session was closed before its 201 and its credit goes back; the same request may be sent again. */
        record Closed(UUID sessionId, Reason reason) implements Outcome {}
    }

    /** What could not be had; {@code INTERNAL} is a fault that the neighbour answered. */
    enum Reason {
        LEDGER,
        QUEUE,
        INTERNAL
    }

    private final Images images;
    private final Charges charges;
    private final Sessions sessions;
    private final Permits permits;
    private final Refunder refunder;
    private final SessionsConfig config;

    Creation(
            Images images,
            Charges charges,
            Sessions sessions,
            Permits permits,
            Refunder refunder,
            SessionsConfig config) {
        this.images = images;
        this.charges = charges;
        this.sessions = sessions;
        this.permits = permits;
        this.refunder = refunder;
        this.config = config;
    }

    /**
     * @param identity the caller's signed identity, forwarded with the charge
     * @return fails only when storage or PostgreSQL gave no usable answer
     */
    Uni<Outcome> create(Caller caller, String identity, String requestId, TryOnRequest request) {
        return images.resolve(identity, requestId, request.imageUrls(), config.inputsMustLive())
                .chain(resolved -> switch (resolved) {
                    case Images.Resolved.Refused refused -> answer(new Outcome.ImagesRefused(refused.message()));
                    case Images.Resolved.Paths known ->
                        caller.terms().billingMode() == BillingMode.RESELL_MODE
                                        && caller.shopperEmail().isEmpty()
                                ? answer(new Outcome.ShopperMissing())
                                : charge(caller, identity, newSession(caller, requestId, request, known.paths()));
                });
    }

    private static NewSession newSession(
            Caller caller, String requestId, TryOnRequest request, List<String> imagePaths) {
        return new NewSession(
                UuidCreator.getTimeOrderedEpoch(),
                caller.storeId(),
                caller.shopperEmail(),
                request.imageUrls(),
                imagePaths,
                request.prompt(),
                CREDITS,
                requestId);
    }

    private Uni<Outcome> charge(Caller caller, String identity, NewSession session) {
        return charges.charge(identity, session.id(), CREDITS, session.requestId())
                .chain(charged -> switch (charged) {
                    case Charges.Outcome.Charged ignored -> insert(session);
                    case Charges.Outcome.Insufficient ignored ->
                        answer(new Outcome.Insufficient(caller.terms().billingMode() == BillingMode.RESELL_MODE));
                    case Charges.Outcome.Released ignored -> close(session, Reason.INTERNAL);
                    case Charges.Outcome.Unknown unknown -> {
                        LOG.errorf(unknown.cause(), "The charge of session %s has no known outcome", session.id());
                        yield close(session, unknown.answered() ? Reason.INTERNAL : Reason.LEDGER);
                    }
                });
    }

    private Uni<Outcome> insert(NewSession session) {
        return sessions.insertQueued(session)
                .replaceWith(true)
                .onFailure()
                .recoverWithItem(fault -> {
                    LOG.errorf(fault, "The row of session %s has no known outcome", session.id());
                    return false;
                })
                .chain(inserted -> inserted ? push(session) : close(session, Reason.INTERNAL));
    }

    private Uni<Outcome> push(NewSession session) {
        Task task = Task.ofStore(
                session.storeId(),
                session.id(),
                session.imageUrls(),
                session.prompt(),
                session.requestId(),
                Instant.now());
        return permits.push(List.of(task))
                .<Outcome>replaceWith(new Outcome.Created(session.id()))
                .onFailure()
                .recoverWithUni(fault -> {
                    LOG.errorf(fault, "The permit of session %s has no known outcome", session.id());
                    return closeUnlessClaimed(session);
                });
    }

    /** A permit that was pushed after all is harmless: it finds nothing to claim. */
    private Uni<Outcome> closeUnlessClaimed(NewSession session) {
        return sessions.failIfQueued(session.id(), session.storeId(), FailureCode.QUEUE_UNAVAILABLE)
                .chain(failed -> failed
                        ? refunded(session).replaceWith(new Outcome.Closed(session.id(), Reason.QUEUE))
                        : answer(new Outcome.Created(session.id())));
    }

    /** Something before the permit has no known outcome: the failed row decides, unless the session stands. */
    private Uni<Outcome> close(NewSession session, Reason reason) {
        return sessions.insertFailedUnlessPresent(session, FailureCode.ABANDONED)
                .chain(row -> row.status() == Status.FAILED
                        ? refunded(session).replaceWith(new Outcome.Closed(session.id(), reason))
                        : push(session));
    }

    /** Tries at once, but not for long, as a client waits; the refunder goes on trying. */
    private Uni<Void> refunded(NewSession session) {
        return refunder.release(session.id(), session.storeId(), session.requestId())
                .ifNoItem()
                .after(config.refundPatience())
                .fail()
                .onFailure()
                .recoverWithItem(fault -> {
                    LOG.warnf("The credit of session %s is not back yet: %s", session.id(), fault);
                    return false;
                })
                .replaceWithVoid();
    }

    private static Uni<Outcome> answer(Outcome outcome) {
        return Uni.createFrom().item(outcome);
    }
}
