package dev.wearon.generation.sessions;

import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.crash.CrashPoint;
import dev.wearon.generation.crash.CrashPoints;
import dev.wearon.generation.images.Images;
import dev.wearon.generation.queue.Permits;
import dev.wearon.generation.queue.Task;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * The saga of a create, in every channel: room and inputs known → charge → row → permit, every step with the id that was made
 * first. After any fault, a failed row stands before a credit is given back, so no release can overtake a session that lives;
 * and an insert that meets a row answers from that row.
 */
@ApplicationScoped
public class CreateSaga {

    private static final Logger LOG = Logger.getLogger(CreateSaga.class);

    /** Price of a try-on. */
    private static final int CREDITS = 1;

    /**
     * What is to be made.
     *
     * @param sessionId made before anything else; also the charge's id
     * @param identity the caller's signed identity, forwarded to those who must know whose images and whose wallet it is
     * @param details as {@link NewSession} has them
     * @param refusal the answer when the owner's channel does not allow it; given after the images were found to be good
     * @param respondBy when the caller is answered at the latest
     * @param resumed whether somebody else may be making, or have made, the same session
     */
    public record CreateRequest(
            UUID sessionId,
            Owner owner,
            String identity,
            String requestId,
            List<String> imageUrls,
            String prompt,
            Map<String, String> details,
            Optional<Outcome.NotAllowed> refusal,
            Instant respondBy,
            boolean resumed) {

        /** The same under an id that was made before. */
        CreateRequest resuming(UUID knownId) {
            return new CreateRequest(
                    knownId, owner, identity, requestId, imageUrls, prompt, details, refusal, respondBy, true);
        }

        /** @param imagePaths the objects behind the URLs; without them the row can only be a failed one */
        private NewSession session(Optional<List<String>> imagePaths) {
            return new NewSession(
                    sessionId,
                    owner,
                    imageUrls,
                    imagePaths.orElseGet(() -> imageUrls.stream().map(url -> "").toList()),
                    prompt,
                    CREDITS,
                    requestId,
                    details);
        }
    }

    /** How a create ended. */
    public sealed interface Outcome {

        /** @param replayed whether this is the answer to a repeat */
        record Created(UUID sessionId, boolean replayed) implements Outcome {}

        /** Nothing was done under this id. */
        sealed interface Refused extends Outcome {}

        /** @param message says which of the images, and why */
        record ImagesRefused(String message) implements Refused {}

        /** @param message why the owner's channel does not allow it */
        record NotAllowed(String message) implements Refused {}

        /** The wallet that pays is empty. */
        record Insufficient() implements Refused {}

        /** The owner has as many unfinished sessions as it may have. */
        record TooManyUnfinished(UUID sessionId) implements Refused {}

        /** Storage could not be asked about the images. */
        record StorageUnavailable(UUID sessionId) implements Refused {}

        /** The session was closed before its 201 and its credit goes back; the same request may be sent again. */
        record Closed(UUID sessionId, Reason reason) implements Outcome {}

        /** Not known, or not known yet: the background jobs settle it when this saga does not. */
        record Unknown(UUID sessionId) implements Outcome {}

        /** The key was used for another request. */
        record KeyReused() implements Outcome {}

        /** Another request with this key is on its way. */
        record InProgress() implements Outcome {}
    }

    /** What could not be had; {@code INTERNAL} is a fault that the neighbour answered. */
    public enum Reason {
        LEDGER,
        QUEUE,
        INTERNAL
    }

    private final Sessions sessions;
    private final Permits permits;
    private final Refunds refunds;
    private final SessionsConfig config;
    private final CrashPoints crashPoints;

    CreateSaga(Sessions sessions, Permits permits, Refunds refunds, SessionsConfig config, CrashPoints crashPoints) {
        this.sessions = sessions;
        this.permits = permits;
        this.refunds = refunds;
        this.config = config;
        this.crashPoints = crashPoints;
    }

    /** Never fails: what has no known outcome is {@link Outcome.Unknown}. */
    Uni<Outcome> create(CreateRequest request) {
        return sessions.isBelowUnfinishedLimit(request.owner())
                .chain(belowLimit ->
                        belowLimit ? resolve(request) : answer(new Outcome.TooManyUnfinished(request.sessionId())))
                .onFailure()
                .recoverWithItem(fault -> unknown(request.sessionId(), fault));
    }

    /** Makes sure that nothing lives and nothing is charged under an id that somebody else may have used before. */
    Uni<Outcome> abandon(CreateRequest request) {
        return close(request, request.session(Optional.empty()), Reason.INTERNAL)
                .onFailure()
                .recoverWithItem(fault -> unknown(request.sessionId(), fault));
    }

    static Outcome unknown(UUID sessionId, Throwable fault) {
        LOG.errorf(fault, "The create of session %s has no known outcome", sessionId);
        return new Outcome.Unknown(sessionId);
    }

    private Uni<Outcome> resolve(CreateRequest request) {
        return request.owner()
                .channel()
                .resolve(request.identity(), request.requestId(), request.imageUrls(), config.inputMinLifetime())
                .chain(resolved -> switch (resolved) {
                    case Images.Resolved.Refused refused -> answer(new Outcome.ImagesRefused(refused.message()));
                    case Images.Resolved.Unknown unknown -> {
                        LOG.errorf(unknown.cause(), "Storage could not say what the images of a create are");
                        yield answer(new Outcome.StorageUnavailable(request.sessionId()));
                    }
                    case Images.Resolved.Paths known ->
                        request.refusal()
                                .<Uni<Outcome>>map(CreateSaga::answer)
                                .orElseGet(() -> charge(request, request.session(Optional.of(known.paths()))));
                });
    }

    private Uni<Outcome> charge(CreateRequest request, NewSession session) {
        return session.owner()
                .channel()
                .charge(request.identity(), session.id(), CREDITS, session.requestId())
                .chain(charged -> switch (charged) {
                    case Charges.Outcome.Charged ignored -> {
                        crashPoints.passed(CrashPoint.CHARGE, session.owner().id());
                        yield insert(request, session);
                    }
                    case Charges.Outcome.Insufficient ignored -> answer(new Outcome.Insufficient());
                    case Charges.Outcome.Released ignored -> close(request, session, Reason.INTERNAL);
                    case Charges.Outcome.Unknown unknown -> {
                        LOG.errorf(unknown.cause(), "The charge of session %s has no known outcome", session.id());
                        yield close(request, session, unknown.answeredWithFault() ? Reason.INTERNAL : Reason.LEDGER);
                    }
                });
    }

    private Uni<Outcome> insert(CreateRequest request, NewSession session) {
        return sessions.insertQueuedUnlessPresent(session)
                .invoke(() ->
                        crashPoints.passed(CrashPoint.INSERT, session.owner().id()))
                .map(Optional::of)
                .onFailure()
                .recoverWithItem(fault -> {
                    LOG.errorf(fault, "The row of session %s has no known outcome", session.id());
                    return Optional.empty();
                })
                .chain(row -> row.map(standing -> outcomeOf(standing, request, session, Reason.INTERNAL))
                        .orElseGet(() -> close(request, session, Reason.INTERNAL)));
    }

    /** Something before the permit has no known outcome: the failed row decides, unless the session stands. */
    private Uni<Outcome> close(CreateRequest request, NewSession session, Reason reason) {
        return sessions.insertFailedUnlessPresent(session, FailureCode.ABANDONED)
                .chain(row -> outcomeOf(row, request, session, reason));
    }

    /** What lives needs a permit; one too many is harmless, as it finds nothing to claim. */
    private Uni<Outcome> outcomeOf(Session row, CreateRequest request, NewSession session, Reason reason) {
        if (row.closedBeforeResponse()) {
            return closed(session, reason);
        }
        return row.status() == Status.QUEUED
                ? push(request, session)
                : answer(new Outcome.Created(session.id(), false));
    }

    private Uni<Outcome> push(CreateRequest request, NewSession session) {
        Task task = Task.of(
                session.owner(),
                session.id(),
                session.imageUrls(),
                session.prompt(),
                session.requestId(),
                Instant.now());
        return permits.push(List.of(task))
                .invoke(() ->
                        crashPoints.passed(CrashPoint.PUSH, session.owner().id()))
                .map(pushed -> true)
                .onFailure()
                .recoverWithItem(fault -> {
                    LOG.errorf(fault, "The permit of session %s has no known outcome", session.id());
                    return false;
                })
                .chain(pushed -> request.resumed()
                        ? acknowledge(session)
                        : pushed ? answer(new Outcome.Created(session.id(), false)) : closeUnlessClaimed(session));
    }

    /**
     * An earlier create under this id may have answered 201, so it is not closed for want of a permit: the sweeper pushes
     * one. But that create may close it, until it is acknowledged.
     */
    private Uni<Outcome> acknowledge(NewSession session) {
        return sessions.acknowledge(session.id(), session.owner())
                .chain(row -> row.closedBeforeResponse()
                        ? closed(session, Reason.QUEUE)
                        : answer(new Outcome.Created(session.id(), false)));
    }

    /** A permit that was pushed after all is harmless: it finds nothing to claim. */
    private Uni<Outcome> closeUnlessClaimed(NewSession session) {
        return sessions.failIfQueued(session.id(), session.owner(), FailureCode.QUEUE_UNAVAILABLE)
                .chain(() -> sessions.find(session.id(), session.owner()))
                .map(Optional::orElseThrow)
                .chain(row -> row.closedBeforeResponse()
                        ? closed(session, Reason.QUEUE)
                        : answer(new Outcome.Created(session.id(), false)));
    }

    private Uni<Outcome> closed(NewSession session, Reason reason) {
        return refunded(session).replaceWith(new Outcome.Closed(session.id(), reason));
    }

    /** Tries at once, but not for long, as a client waits; the refunder goes on trying. */
    private Uni<Void> refunded(NewSession session) {
        return refunds.release(session.id(), session.owner(), session.requestId())
                .ifNoItem()
                .after(config.refundTimeout())
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
