package dev.wearon.generation.sessions;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.crash.CrashPoint;
import dev.wearon.generation.crash.CrashPoints;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.images.Images;
import dev.wearon.generation.queue.Permits;
import dev.wearon.generation.queue.Task;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Creates a session, in every channel: check the limit and the images → charge → insert the row → push a permit. The session id
 * is made first and used in every step. After a fault the charge is released only when a failed row is committed, so a release
 * never affects a session that continues. If the insert finds an existing row, the saga continues with that row.
 *
 * <p>Creates of the same time share the calls and statements of a step. A create gets only its own outcome of a step, and begins
 * its next step after that. So for one create the order is the same as if it were alone.
 */
@ApplicationScoped
public class CreateSaga {

    private static final Logger LOG = Logger.getLogger(CreateSaga.class);

    private static final int PRICE_IN_CREDITS = 1;

    /**
     * A session to be made.
     *
     * @param sessionId also the charge's id
     * @param identity the caller's signed identity; storage and the ledger need it
     * @param garmentType see {@link NewSession}
     * @param deadline see {@link NewSession}
     * @param details see {@link NewSession}
     * @param refusal the outcome when the image model or the owner's channel does not allow the try-on; given only after the
     *     images were accepted
     * @param respondBy the latest time of the response
     * @param resumed whether an earlier create may have made, or may still be making, the same session
     */
    public record CreateRequest(
            UUID sessionId,
            Owner owner,
            String identity,
            String requestId,
            List<String> imageUrls,
            String prompt,
            Optional<GarmentType> garmentType,
            Duration deadline,
            Map<String, String> details,
            Optional<Outcome.NotAllowed> refusal,
            Instant respondBy,
            boolean resumed) {

        /** Returns this request with the id of an existing session. */
        CreateRequest resuming(UUID knownId) {
            return new CreateRequest(
                    knownId,
                    owner,
                    identity,
                    requestId,
                    imageUrls,
                    prompt,
                    garmentType,
                    deadline,
                    details,
                    refusal,
                    respondBy,
                    true);
        }

        /** @param imagePaths the objects behind the URLs; empty when only a failed row is to be written */
        private NewSession session(Optional<List<String>> imagePaths) {
            return new NewSession(
                    sessionId,
                    owner,
                    imageUrls,
                    imagePaths.orElseGet(() -> imageUrls.stream().map(url -> "").toList()),
                    prompt,
                    garmentType,
                    PRICE_IN_CREDITS,
                    deadline,
                    requestId,
                    details);
        }
    }

    public sealed interface Outcome {

        /**
         * @param deadlineAt see {@link Session#deadlineAt}
         * @param replayed whether the request was a repeat
         */
        record Created(UUID sessionId, Optional<Instant> deadlineAt, boolean replayed) implements Outcome {}

        /** Nothing was done under this id. */
        sealed interface Refused extends Outcome {}

        /** @param message which image is refused and why */
        record ImagesRefused(String message) implements Refused {}

        /** @param message why the image model or the owner's channel does not allow the try-on */
        record NotAllowed(String message) implements Refused {}

        /** The wallet that pays is empty. */
        record Insufficient() implements Refused {}

        /** The store has spent its cap of this UTC day. */
        record DailyCapReached() implements Refused {}

        /** The owner has reached the limit of unfinished sessions. */
        record TooManyUnfinished(UUID sessionId) implements Refused {}

        /** The owner has all the sessions with a scenario that it may have at the same time. */
        record TooManyScenarios(UUID sessionId) implements Refused {}

        record StorageUnavailable(UUID sessionId) implements Refused {}

        /** Too many creates wait for a step. */
        record TooManyWaiting(UUID sessionId) implements Refused {}

        /** The session was closed before the 201, and its credit is given back. The client may send the request again. */
        record ClosedBeforeResponse(UUID sessionId, Reason reason) implements Outcome {}

        /** The outcome is not known yet. If this saga does not settle it, the background jobs do. */
        record Unknown(UUID sessionId) implements Outcome {}

        record KeyReused() implements Outcome {}

        /** Another request with this key is running. */
        record InProgress() implements Outcome {}
    }

    /** The step that failed; {@code INTERNAL} for every other fault. */
    public enum Reason {
        LEDGER,
        QUEUE,
        INTERNAL
    }

    private final UnfinishedLimit unfinishedLimit;
    private final Sessions sessions;
    private final Permits permits;
    private final Refunds refunds;
    private final SessionsConfig config;
    private final CrashPoints crashPoints;

    CreateSaga(
            UnfinishedLimit unfinishedLimit,
            Sessions sessions,
            Permits permits,
            Refunds refunds,
            SessionsConfig config,
            CrashPoints crashPoints) {
        this.unfinishedLimit = unfinishedLimit;
        this.sessions = sessions;
        this.permits = permits;
        this.refunds = refunds;
        this.config = config;
        this.crashPoints = crashPoints;
    }

    /** Never fails: an unknown outcome is {@link Outcome.Unknown}. */
    Uni<Outcome> create(CreateRequest request) {
        return Uni.combine()
                .all()
                .unis(unfinishedLimit.allows(request.owner()), resolve(request))
                .asTuple()
                .chain(checks -> checks.getItem1()
                        ? chargeIfResolved(request, checks.getItem2())
                        : answer(new Outcome.TooManyUnfinished(request.sessionId())))
                .onFailure()
                .recoverWithItem(fault -> unknown(request.sessionId(), fault));
    }

    /** Closes an id that an earlier create may have used. If no session exists, none can be made or charged later. */
    Uni<Outcome> abandon(CreateRequest request) {
        return close(request, request.session(Optional.empty()), Reason.INTERNAL)
                .onFailure()
                .recoverWithItem(fault -> unknown(request.sessionId(), fault));
    }

    static Outcome unknown(UUID sessionId, Throwable fault) {
        LOG.errorf(fault, "The outcome of the create of session %s is unknown", sessionId);
        return new Outcome.Unknown(sessionId);
    }

    /** The images must exist until the last moment at which a worker may read them. */
    private Uni<Images.Resolved> resolve(CreateRequest request) {
        Duration least = config.inputMinLifetime();
        Duration liveFor = request.deadline().compareTo(least) > 0 ? request.deadline() : least;
        return request.owner().channel().resolve(request.identity(), request.imageUrls(), liveFor);
    }

    private Uni<Outcome> chargeIfResolved(CreateRequest request, Images.Resolved resolved) {
        return switch (resolved) {
            case Images.Resolved.Refused refused -> answer(new Outcome.ImagesRefused(refused.message()));
            case Images.Resolved.NotTried ignored -> answer(new Outcome.TooManyWaiting(request.sessionId()));
            case Images.Resolved.Unknown unknown -> {
                LOG.errorf(unknown.cause(), "Storage could not resolve the images of a create");
                yield answer(new Outcome.StorageUnavailable(request.sessionId()));
            }
            case Images.Resolved.Paths known ->
                request.refusal()
                        .<Uni<Outcome>>map(CreateSaga::answer)
                        .orElseGet(() -> inItsPlace(request, request.session(Optional.of(known.paths()))));
        };
    }

    /** A session with a scenario needs a place, which it keeps until it has ended. */
    private Uni<Outcome> inItsPlace(CreateRequest request, NewSession session) {
        Channel channel = session.owner().channel();
        UUID ownerId = session.owner().id();
        if (channel.scenario(session.prompt(), session.details()).isEmpty()) {
            return charge(request, session);
        }
        return channel.takePlace(ownerId, session.id())
                .chain(taken -> taken
                        ? charge(request, session)
                                .call(outcome -> outcome instanceof Outcome.Refused
                                        ? left(channel.leavePlace(ownerId, session.id()), session)
                                        : Uni.createFrom().voidItem())
                        : answer(new Outcome.TooManyScenarios(session.id())));
    }

    /** Without an answer the place is free a minute later. */
    private static Uni<Void> left(Uni<Void> leaving, NewSession session) {
        return leaving.onFailure().recoverWithItem(fault -> {
            LOG.warnf("The place of session %s is not free yet: %s", session.id(), fault);
            return null;
        });
    }

    private Uni<Outcome> charge(CreateRequest request, NewSession session) {
        return session.owner()
                .channel()
                .charge(request.identity(), session.id(), PRICE_IN_CREDITS, session.requestId())
                .chain(charged -> switch (charged) {
                    case Charges.Outcome.Charged ignored -> {
                        crashPoints.passed(CrashPoint.CHARGE, session.owner().id());
                        yield insert(request, session);
                    }
                    case Charges.Outcome.Insufficient ignored -> answer(new Outcome.Insufficient());
                    case Charges.Outcome.DailyCapReached ignored -> answer(new Outcome.DailyCapReached());
                    case Charges.Outcome.NotTried ignored -> answer(new Outcome.TooManyWaiting(session.id()));
                    case Charges.Outcome.Released ignored -> close(request, session, Reason.INTERNAL);
                    case Charges.Outcome.Unknown unknown -> {
                        LOG.errorf(unknown.cause(), "The outcome of the charge of session %s is unknown", session.id());
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
                    LOG.errorf(fault, "The outcome of the insert of session %s is unknown", session.id());
                    return Optional.empty();
                })
                .chain(row -> row.map(standing -> outcomeOf(standing, request, session, Reason.INTERNAL))
                        .orElseGet(() -> close(request, session, Reason.INTERNAL)));
    }

    /** Inserts the failed row, unless the session exists. Called when a step before the permit was not successful. */
    private Uni<Outcome> close(CreateRequest request, NewSession session, Reason reason) {
        return sessions.insertFailedUnlessPresent(session, FailureCode.ABANDONED)
                .chain(row -> outcomeOf(row, request, session, reason));
    }

    /** A queued session needs a permit. A surplus permit is harmless: it finds nothing to claim. */
    private Uni<Outcome> outcomeOf(Session row, CreateRequest request, NewSession session, Reason reason) {
        if (row.closedBeforeResponse()) {
            return closed(session, reason);
        }
        return row.status() == Status.QUEUED ? push(request, session, row) : created(row);
    }

    private Uni<Outcome> push(CreateRequest request, NewSession session, Session row) {
        Task task = Task.of(
                session.owner(),
                session.id(),
                session.imageUrls(),
                session.prompt(),
                session.requestId(),
                Instant.now());
        return permits.push(task)
                .invoke(() ->
                        crashPoints.passed(CrashPoint.PUSH, session.owner().id()))
                .map(pushed -> true)
                .onFailure()
                .recoverWithItem(fault -> {
                    LOG.errorf(fault, "The outcome of the push for session %s is unknown", session.id());
                    return false;
                })
                .chain(pushed ->
                        request.resumed() ? acknowledge(session) : pushed ? created(row) : closeUnlessClaimed(session));
    }

    /**
     * An earlier create under this id may have answered 201, so a failed push does not close the session: the sweeper pushes a
     * permit. Until the session is acknowledged, the earlier create may still close it.
     */
    private Uni<Outcome> acknowledge(NewSession session) {
        return sessions.acknowledge(session.id(), session.owner())
                .chain(row -> row.closedBeforeResponse() ? closed(session, Reason.QUEUE) : created(row));
    }

    /** A permit that arrives later is harmless: it finds nothing to claim. */
    private Uni<Outcome> closeUnlessClaimed(NewSession session) {
        return sessions.failIfQueued(session.id(), session.owner(), FailureCode.QUEUE_UNAVAILABLE)
                .chain(() -> sessions.find(session.id(), session.owner()))
                .map(Optional::orElseThrow)
                .chain(row -> row.closedBeforeResponse() ? closed(session, Reason.QUEUE) : created(row));
    }

    private Uni<Outcome> closed(NewSession session, Reason reason) {
        return refunded(session).replaceWith(new Outcome.ClosedBeforeResponse(session.id(), reason));
    }

    /** Tries once within {@code refundTimeout}, because a client waits. After that the refunder retries. */
    private Uni<Void> refunded(NewSession session) {
        return refunds.release(session.id(), session.owner(), session.requestId())
                .ifNoItem()
                .after(config.refundTimeout())
                .fail()
                .onFailure()
                .recoverWithItem(fault -> {
                    LOG.warnf("The credit of session %s is not given back yet: %s", session.id(), fault);
                    return false;
                })
                .replaceWithVoid();
    }

    private static Uni<Outcome> created(Session row) {
        return answer(new Outcome.Created(row.id(), row.deadlineAt(), false));
    }

    private static Uni<Outcome> answer(Outcome outcome) {
        return Uni.createFrom().item(outcome);
    }
}
