package dev.wearon.generation.sessions;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.batching.Batcher;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.crash.CrashPoint;
import dev.wearon.generation.crash.CrashPoints;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.sessions.CreateSaga.CreateRequest;
import dev.wearon.generation.sessions.CreateSaga.Outcome;
import dev.wearon.generation.sessions.IdempotencyKeys.Key;
import dev.wearon.generation.sessions.IdempotencyKeys.KeyHold;
import dev.wearon.generation.sessions.IdempotencyKeys.KeyState;
import dev.wearon.timing.Timers;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Finds the session of a create request and lets {@link CreateSaga} make it. With an Idempotency-Key, the key's row is written
 * first. A repeat finds that row and gets the existing session. A saga that has begun runs to its end, even when
 * its caller no longer waits.
 */
@ApplicationScoped
public class IdempotentCreates {

    private final CreateSaga createSaga;
    private final IdempotencyKeys keys;
    private final Sessions sessions;
    private final SessionsConfig config;
    private final CrashPoints crashPoints;

    IdempotentCreates(
            CreateSaga createSaga,
            IdempotencyKeys keys,
            Sessions sessions,
            SessionsConfig config,
            CrashPoints crashPoints) {
        this.createSaga = createSaga;
        this.keys = keys;
        this.sessions = sessions;
        this.config = config;
        this.crashPoints = crashPoints;
    }

    /** Returns a request with a new session id. */
    public CreateRequest newRequest(
            Owner owner,
            String identity,
            String requestId,
            List<String> imageUrls,
            String prompt,
            Optional<GarmentType> garmentType,
            Duration deadline,
            Map<String, String> details,
            Optional<Outcome.NotAllowed> refusal) {
        return new CreateRequest(
                UuidCreator.getTimeOrderedEpoch(),
                owner,
                identity,
                requestId,
                imageUrls,
                prompt,
                garmentType,
                deadline,
                details,
                refusal,
                Instant.now().plus(config.createBudget()),
                false);
    }

    /**
     * Answers within the create budget. A saga that takes longer continues; this caller gets {@link Outcome.Unknown}.
     *
     * @param key the Idempotency-Key, if the client sent one
     */
    public Uni<Outcome> create(CreateRequest request, Optional<Key> key) {
        return key.map(given -> createWithKey(request, given))
                .orElseGet(() -> detached(request, createSaga.create(request)))
                .onFailure()
                .recoverWithItem(fault -> CreateSaga.unknown(request.sessionId(), fault));
    }

    /** Runs the saga independently of its caller. The caller only waits for the outcome. */
    private static Uni<Outcome> detached(CreateRequest request, Uni<Outcome> saga) {
        CompletableFuture<Outcome> running = saga.subscribeAsCompletionStage();
        Duration left = Duration.between(Instant.now(), request.respondBy());
        // A copy, because the timeout cancels the stage that it waits for.
        return Timers.within(left, Uni.createFrom().completionStage(running.copy()))
                .onFailure(TimeoutException.class)
                .recoverWithItem(() -> new Outcome.Unknown(request.sessionId()));
    }

    private Uni<Outcome> createWithKey(CreateRequest request, Key key) {
        return keys.insert(key, request.sessionId())
                .chain(inserted -> inserted
                        ? make(request, key, 1)
                        : keys.find(key).chain(found -> found.map(state -> repeat(request, key, state))
                                // The key was freed between the two statements.
                                .orElseGet(() -> answer(new Outcome.InProgress()))))
                // Only the insert of the key fails with it: a saga never fails.
                .onFailure(Batcher.Full.class)
                .recoverWithItem(new Outcome.TooManyWaiting(request.sessionId()));
    }

    private Uni<Outcome> repeat(CreateRequest request, Key key, KeyState state) {
        if (!state.sameRequest()) {
            return answer(new Outcome.KeyReused());
        }
        UUID existingId = state.hold().sessionId();
        return outcomeOf(request, key, state, existingId)
                .onFailure()
                // X-Session-Id must name the session of the first request.
                .recoverWithItem(fault -> CreateSaga.unknown(existingId, fault));
    }

    private Uni<Outcome> outcomeOf(CreateRequest request, Key key, KeyState state, UUID existingId) {
        if (state.closedBeforeResponse()) {
            return replace(request, key, existingId);
        }
        if (state.status().filter(Status.QUEUED::equals).isPresent()) {
            // The first create may still close the session.
            return sessions.acknowledge(existingId, request.owner())
                    .chain(row -> row.closedBeforeResponse()
                            ? replace(request, key, existingId)
                            : answer(new Outcome.Created(existingId, row.deadlineAt(), true)));
        }
        if (state.status().isPresent()) {
            return answer(new Outcome.Created(existingId, state.deadlineAt(), true));
        }
        if (state.age().compareTo(config.createBudget()) < 0) {
            return answer(new Outcome.InProgress());
        }
        return keys.resume(key, state.hold())
                .chain(updated -> updated
                        ? make(request.resuming(existingId), key, state.hold().number() + 1)
                        : answer(new Outcome.InProgress()));
    }

    private Uni<Outcome> replace(CreateRequest request, Key key, UUID closedSessionId) {
        return keys.replace(key, closedSessionId, request.sessionId())
                .chain(updated -> updated ? make(request, key, 1) : answer(new Outcome.InProgress()));
    }

    private Uni<Outcome> make(CreateRequest request, Key key, int holdNumber) {
        crashPoints.passed(CrashPoint.KEY_ROW, request.owner().id());
        return detached(
                request,
                createSaga
                        .create(request)
                        .chain(outcome -> outcome instanceof Outcome.Refused refused
                                ? freeKey(request, key, holdNumber, refused)
                                : answer(outcome)));
    }

    /**
     * Frees the key after a refusal. An earlier holder of a resumed id may have charged it and may still be running. So the id is
     * closed first; if a session exists after all, that session is the outcome.
     */
    private Uni<Outcome> freeKey(CreateRequest request, Key key, int holdNumber, Outcome.Refused refused) {
        KeyHold own = new KeyHold(request.sessionId(), holdNumber);
        if (holdNumber == 1) {
            return keys.delete(key, own).replaceWith(refused);
        }
        return createSaga
                .abandon(request)
                .chain(outcome -> outcome instanceof Outcome.ClosedBeforeResponse
                        ? keys.delete(key, own).replaceWith(refused)
                        : answer(outcome));
    }

    private static Uni<Outcome> answer(Outcome outcome) {
        return Uni.createFrom().item(outcome);
    }
}
