package dev.wearon.generation.stores;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.charging.Receipts;
import dev.wearon.generation.images.Images;
import dev.wearon.generation.sessions.Cancels;
import dev.wearon.generation.sessions.CreateSaga;
import dev.wearon.generation.sessions.Publications;
import dev.wearon.generation.sessions.Session;
import dev.wearon.generation.sessions.Sessions;
import dev.wearon.generation.sessions.Status;
import dev.wearon.generation.streams.Waits;
import dev.wearon.http.IdempotencyKey;
import dev.wearon.http.PreferredWait;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import dev.wearon.routes.JsonCall;
import dev.wearon.routes.JsonRoutes;
import dev.wearon.routes.JsonRoutes.Answer;
import dev.wearon.routes.JsonRoutes.Endpoint;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Creates, reads and cancels try-ons. */
@ApplicationScoped
class SessionsResource {

    private static final Logger LOG = Logger.getLogger(SessionsResource.class);
    private static final String PATH = "/api/v1/generation";
    private static final int CREATE_LIMIT = 64 * 1024;
    /** A client may send an empty object. */
    private static final int NO_BODY = 1024;

    private static final int CREATED = 201;
    /** Few creates with the same key still run after this time. */
    private static final Duration RETRY_AFTER_IN_PROGRESS = Duration.ofSeconds(1);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** A header of each 5xx that this resource returns for a create: the session that the client may read. */
    private static final String SESSION_ID = "X-Session-Id";

    private final StoreCreates creates;
    private final Sessions sessions;
    private final StoreSessions own;
    private final Images images;
    private final Publications publications;
    private final Cancels cancels;
    private final Receipts receipts;
    private final Waits waits;

    SessionsResource(
            StoreCreates creates,
            Sessions sessions,
            StoreSessions own,
            Images images,
            Publications publications,
            Cancels cancels,
            Receipts receipts,
            Waits waits) {
        this.creates = creates;
        this.sessions = sessions;
        this.own = own;
        this.images = images;
        this.publications = publications;
        this.cancels = cancels;
        this.receipts = receipts;
        this.waits = waits;
    }

    /** The path of a create is first, because the path of a read would match it too. */
    void serve(@Observes Router router, JsonRoutes routes) {
        routes.serve(router, PATH + "/create", Endpoint.post(Principal.OfStore.class, CREATE_LIMIT, this::create));
        routes.serve(router, PATH + "/:id", Endpoint.get(Principal.OfStore.class, this::read));
        routes.serve(router, PATH + "/:id/receipt", Endpoint.get(Principal.OfStore.class, this::receipt));
        routes.serve(router, PATH + "/:id/cancel", Endpoint.post(Principal.OfStore.class, NO_BODY, this::cancel));
    }

    record CreatedResponse(UUID sessionId, Status status, Instant deadlineAt) {}

    /** Reads the body as JSON without a check of the Content-Type, because some clients do not send one. */
    private Uni<Answer> create(JsonCall call) {
        long begun = System.nanoTime();
        Principal.OfStore caller = call.ofStore();
        Optional<String> key = IdempotencyKey.of(call.headers(IdempotencyKey.HEADER));
        return switch (TryOnRequest.parse(body(call))) {
            case TryOnRequest.Parsed.Refused refused -> throw refusal(refused, caller);
            case TryOnRequest.Parsed.Valid valid ->
                creates.create(caller, call.authorization(), call.requestId(), valid.request(), key)
                        .chain(outcome -> {
                            Answer answer = answer(outcome, caller);
                            return outcome instanceof CreateSaga.Outcome.Created created
                                    ? created(answer, created, call, begun)
                                    : Uni.createFrom().item(answer);
                        });
        };
    }

    /** The wait begins with the request. Whatever happens meanwhile, the try-on is created. */
    private Uni<Answer> created(Answer answer, CreateSaga.Outcome.Created created, JsonCall call, long begun) {
        Optional<Duration> wait = PreferredWait.of(call.headers(PreferredWait.HEADER));
        if (wait.isEmpty()) {
            return Uni.createFrom().item(answer);
        }
        Duration left = wait.get().minusNanos(System.nanoTime() - begun);
        Owner store = store(call);
        return waits.untilEnded(store, created.sessionId(), left)
                .chain(waited -> waited
                        ? sessions.findTogether(created.sessionId(), store)
                                .onFailure()
                                .recoverWithItem(fault -> {
                                    LOG.warnf("The state of a new session is not known: %s", fault);
                                    return Optional.empty();
                                })
                                .map(found -> applied(withStatus(answer, found), wait.get()))
                        : Uni.createFrom().item(answer));
    }

    private static Answer withStatus(Answer answer, Optional<Session> session) {
        return session.map(now -> new Answer(
                        answer.status(),
                        answer.headers(),
                        new CreatedResponse(
                                now.id(), now.status(), now.deadlineAt().orElse(null))))
                .orElse(answer);
    }

    /** Waits for the end of the try-on, if the client prefers that. */
    private Uni<Answer> read(JsonCall call) {
        Optional<Duration> wait = PreferredWait.of(call.headers(PreferredWait.HEADER));
        return found(call).chain(session -> wait.map(limit -> waited(session, limit, call))
                .orElseGet(() -> response(session, call)));
    }

    private Uni<Answer> waited(Session session, Duration limit, JsonCall call) {
        if (session.ended()) {
            return response(session, call).map(answer -> applied(answer, limit));
        }
        return waits.untilEnded(store(call), session.id(), limit).chain(waited -> found(call)
                .chain(now -> response(now, call))
                .map(answer -> waited ? applied(answer, limit) : answer));
    }

    private static Answer applied(Answer answer, Duration wait) {
        Map<String, String> headers = new HashMap<>(answer.headers());
        headers.put(PreferredWait.APPLIED, PreferredWait.applied(wait));
        return new Answer(answer.status(), headers, answer.body());
    }

    /** A session that has ended stays as it is. */
    private Uni<Answer> cancel(JsonCall call) {
        Owner store = store(call);
        return found(call)
                .chain(session ->
                        cancels.cancel(session.id(), store, session.requestId().orElse(call.requestId())))
                .map(outcome -> switch (outcome) {
                    case Cancels.Outcome.Cancelled cancelled -> cancelled;
                    case Cancels.Outcome.Unchanged unchanged -> unchanged;
                    case Cancels.Outcome.TooMany tooMany ->
                        throw Problem.rateLimited(
                                "The store has cancelled too many try-ons after the image model was asked, which costs"
                                        + " money. This one goes on.",
                                tooMany.retryAfter());
                })
                .chain(ended -> found(call))
                .chain(session -> response(session, call));
    }

    private Uni<Answer> receipt(JsonCall call) {
        return found(call).chain(session -> receipts.of(call.ofStore().storeId(), session.id(), call.requestId())
                .map(receipt -> Answer.ok(ReceiptResponse.of(session, receipt))));
    }

    private Owner store(JsonCall call) {
        return own.owner(call.ofStore());
    }

    /** The session of the path. */
    private Uni<Session> found(JsonCall call) {
        return own.find(own.id(call.pathParameter("id")), call.ofStore());
    }

    private Uni<Answer> response(Session session, JsonCall call) {
        return Uni.combine()
                .all()
                .unis(resultUrl(session, call), sessions.queuePosition(session, store(call)))
                .with((url, position) -> Answer.ok(SessionResponse.of(session, url.orElse(null), position)));
    }

    private Uni<Optional<URI>> resultUrl(Session session, JsonCall call) {
        if (!session.pictureAvailable()) {
            return Uni.createFrom().item(Optional.empty());
        }
        String path = session.resultPath().orElseThrow();
        return published(session, path, store(call))
                .chain(() -> images.downloadUrl(call.authorization(), call.requestId(), path));
    }

    /** The worker publishes the picture right after the session has completed; this read may come in between. */
    private Uni<Void> published(Session session, String path, Owner store) {
        return session.resultPublished()
                ? Uni.createFrom().voidItem()
                : publications
                        .publish(new Publications.Result(session.id(), store, path))
                        .onFailure()
                        .transform(fault ->
                                Problem.unavailable("The picture cannot be read yet; try again.", RETRY_AFTER, fault));
    }

    private static Answer answer(CreateSaga.Outcome outcome, Principal.OfStore caller) {
        return switch (outcome) {
            case CreateSaga.Outcome.Created(UUID sessionId, Optional<Instant> deadlineAt, boolean replayed) ->
                new Answer(
                        CREATED,
                        replayed ? Map.of(IdempotencyKey.REPLAYED, "true") : Map.of(),
                        new CreatedResponse(sessionId, Status.QUEUED, deadlineAt.orElse(null)));
            case CreateSaga.Outcome.ImagesRefused refused -> throw Problem.invalid(refused.message());
            case CreateSaga.Outcome.NotAllowed notAllowed -> throw Problem.invalid(notAllowed.message());
            case CreateSaga.Outcome.Insufficient() ->
                throw Problem.of(
                        Problem.Code.INSUFFICIENT_CREDITS,
                        StoreCreates.shopperPays(caller)
                                ? "The shopper has no credit left at this store."
                                : "The store has no credit left. Add credits to the store and try again.");
            case CreateSaga.Outcome.DailyCapReached() ->
                throw Problem.of(
                        Problem.Code.DAILY_CAP_REACHED,
                        "The store has spent its credits for today. The next day begins at 00:00 UTC.");
            case CreateSaga.Outcome.KeyReused ignored ->
                throw Problem.of(
                        Problem.Code.IDEMPOTENCY_KEY_REUSED,
                        "This Idempotency-Key was used for another try-on. Use a new one.");
            case CreateSaga.Outcome.InProgress() ->
                throw Problem.inProgress(
                        "An earlier request with this Idempotency-Key is still running. Send it again in a second.",
                        RETRY_AFTER_IN_PROGRESS);
            case CreateSaga.Outcome.TooManyUnfinished(UUID sessionId) ->
                throw unavailable(sessionId, "The store has too many unfinished try-ons; nothing was charged.");
            case CreateSaga.Outcome.TooManyScenarios(UUID sessionId) ->
                throw Problem.rateLimited(
                        "A test store can have two try-ons with a scenario at once; nothing was charged. Wait for one"
                                + " to end.",
                        RETRY_AFTER);
            case CreateSaga.Outcome.StorageUnavailable(UUID sessionId) ->
                throw unavailable(sessionId, "The image storage did not answer; nothing was charged.");
            case CreateSaga.Outcome.TooManyWaiting(UUID sessionId) ->
                throw unavailable(
                        sessionId,
                        "Too many try-ons are being created; nothing is charged for this request. Send it again.");
            case CreateSaga.Outcome.Unknown(UUID sessionId) ->
                throw unavailable(
                        sessionId,
                        "It is not known whether the try-on was created. Repeat the request with the same"
                                + " Idempotency-Key, or read the try-on that X-Session-Id names.");
            case CreateSaga.Outcome.ClosedBeforeResponse(UUID sessionId, CreateSaga.Reason reason) ->
                throw switch (reason) {
                    case LEDGER -> unavailable(sessionId, "The ledger did not answer; any charge is given back.");
                    case QUEUE -> unavailable(sessionId, "The try-on could not be queued; any charge is given back.");
                    case INTERNAL ->
                        Problem.of(
                                        Problem.Code.INTERNAL_ERROR,
                                        "The try-on could not be created; any charge is given back.")
                                .with(SESSION_ID, sessionId.toString());
                };
        };
    }

    private static Problem unavailable(UUID sessionId, String message) {
        return Problem.unavailable(message, RETRY_AFTER).with(SESSION_ID, sessionId.toString());
    }

    private static JsonNode body(JsonCall call) {
        try {
            return call.bodyTree();
        } catch (IOException notJson) {
            throw Problem.invalid("The body must be a JSON object.");
        }
    }

    private static Problem refusal(TryOnRequest.Parsed.Refused refused, Principal.OfStore caller) {
        if (refused.code() == Problem.Code.AGE_VERIFICATION_REQUIRED) {
            LOG.warnf("event=age_verification_failed_b2b store_id=%s", caller.storeId());
        }
        return Problem.of(refused.code(), refused.message());
    }
}
