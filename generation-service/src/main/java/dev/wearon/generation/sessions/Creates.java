package dev.wearon.generation.sessions;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.crash.CrashPoint;
import dev.wearon.generation.crash.CrashPoints;
import dev.wearon.generation.sessions.Creation.Order;
import dev.wearon.generation.sessions.Creation.Outcome;
import dev.wearon.generation.sessions.IdempotencyKeys.Key;
import dev.wearon.generation.sessions.IdempotencyKeys.Take;
import dev.wearon.generation.sessions.IdempotencyKeys.Taken;
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
 * Which request makes which session: finds the id that a request stands for, and lets {@link Creation} make it. With an
 * Idempotency-Key the key's row is written first, and every repeat meets it: a request that is not the one to make the
 * session is answered from what stands. A saga that has begun goes on to its end, whether or not its caller waits.
 */
@ApplicationScoped
public class Creates {

    private final Creation creation;
    private final IdempotencyKeys keys;
    private final Sessions sessions;
    private final SessionsConfig config;
    private final CrashPoints crashPoints;

    Creates(
            Creation creation,
            IdempotencyKeys keys,
            Sessions sessions,
            SessionsConfig config,
            CrashPoints crashPoints) {
        this.creation = creation;
        this.keys = keys;
        this.sessions = sessions;
        this.config = config;
        this.crashPoints = crashPoints;
    }

    /** What was asked for now, under a new id. */
    public Order order(
            Owner owner,
            String identity,
            String requestId,
            List<String> imageUrls,
            String prompt,
            Map<String, String> details,
            Optional<Outcome.NotAllowed> refusal) {
        return new Order(
                UuidCreator.getTimeOrderedEpoch(),
                owner,
                identity,
                requestId,
                imageUrls,
                prompt,
                details,
                refusal,
                Instant.now().plus(config.createBudget()),
                false);
    }

    /**
     * Answers within the create budget; what takes longer is {@link Outcome.Unsettled} for this caller and goes on.
     *
     * @param key the Idempotency-Key, if the client sent one
     */
    public Uni<Outcome> create(Order order, Optional<Key> key) {
        return key.map(known -> keyed(order, known))
                .orElseGet(() -> detached(order, creation.create(order)))
                .onFailure()
                .recoverWithItem(fault -> Creation.unsettled(order.sessionId(), fault));
    }

    /** From here on the saga is its own; the caller only waits for it. */
    private static Uni<Outcome> detached(Order order, Uni<Outcome> saga) {
        CompletableFuture<Outcome> running = saga.subscribeAsCompletionStage();
        Duration left = Duration.between(Instant.now(), order.answerBy());
        // Of a copy, because giving up waiting would cancel what is waited for.
        return Uni.createFrom()
                .completionStage(running.copy())
                .ifNoItem()
                .after(left.isPositive() ? left : Duration.ofMillis(1))
                .recoverWithItem(() -> new Outcome.Unsettled(order.sessionId()));
    }

    private Uni<Outcome> keyed(Order order, Key key) {
        return keys.begin(key, order.sessionId())
                .chain(begun -> begun
                        ? make(order, key, 1)
                        : keys.find(key).chain(found -> found.map(taken -> repeat(order, key, taken))
                                // Freed between the two statements.
                                .orElseGet(() -> answer(new Outcome.InProgress()))));
    }

    private Uni<Outcome> repeat(Order order, Key key, Taken taken) {
        if (!taken.sameRequest()) {
            return answer(new Outcome.KeyReused());
        }
        UUID known = taken.take().sessionId();
        return answerFrom(order, key, taken, known)
                .onFailure()
                // What the client may ask for is the try-on of its first request.
                .recoverWithItem(fault -> Creation.unsettled(known, fault));
    }

    private Uni<Outcome> answerFrom(Order order, Key key, Taken taken, UUID known) {
        if (taken.closedBeforeTheAnswer()) {
            return replace(order, key, known);
        }
        if (taken.status().filter(Status.QUEUED::equals).isPresent()) {
            // Its own create may still be about to close it.
            return sessions.acknowledge(known, order.owner())
                    .chain(row -> row.closedBeforeTheAnswer()
                            ? replace(order, key, known)
                            : answer(new Outcome.Created(known, true)));
        }
        if (taken.status().isPresent()) {
            return answer(new Outcome.Created(known, true));
        }
        if (taken.age().compareTo(config.createBudget()) < 0) {
            return answer(new Outcome.InProgress());
        }
        return keys.takeUp(key, taken.take())
                .chain(ours -> ours
                        ? make(order.takingUp(known), key, taken.take().take() + 1)
                        : answer(new Outcome.InProgress()));
    }

    private Uni<Outcome> replace(Order order, Key key, UUID closedSessionId) {
        return keys.replace(key, closedSessionId, order.sessionId())
                .chain(ours -> ours ? make(order, key, 1) : answer(new Outcome.InProgress()));
    }

    private Uni<Outcome> make(Order order, Key key, int take) {
        crashPoints.passed(CrashPoint.KEY_ROW, order.owner().id());
        return detached(
                order,
                creation.create(order)
                        .chain(outcome -> outcome instanceof Outcome.Refused refused
                                ? refuse(order, key, take, refused)
                                : answer(outcome)));
    }

    /**
     * Frees the key. An id that was taken up may have been charged by those who had it before, and one of them may
     * still wake: so it is closed first, and if it lives after all, that is the answer.
     */
    private Uni<Outcome> refuse(Order order, Key key, int take, Outcome.Refused refused) {
        Take ours = new Take(order.sessionId(), take);
        if (take == 1) {
            return keys.free(key, ours).replaceWith(refused);
        }
        return creation.abandon(order)
                .chain(outcome -> outcome instanceof Outcome.Closed
                        ? keys.free(key, ours).replaceWith(refused)
                        : answer(outcome));
    }

    private static Uni<Outcome> answer(Outcome outcome) {
        return Uni.createFrom().item(outcome);
    }
}
