package dev.wearon.gateway.limits;

import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.limits.RedisBreaker.Attempt;
import dev.wearon.gateway.limits.Slices.Slice;
import dev.wearon.identity.Principal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * Decides whether a request is within its limits: in Redis for all gateways together, or in this gateway if Redis is
 * unreachable.
 */
@Singleton
public class Limits {

    private static final Logger LOG = Logger.getLogger(Limits.class);

    private final BudgetWindows windows;
    private final SharedLimiter shared;
    private final LocalLimiter local;
    private final Slices slices;
    private final RedisBreaker redis;
    private final Counter localDecisions;

    Limits(BudgetWindows windows, SharedLimiter shared, LimitsConfig config, MeterRegistry metrics) {
        this.windows = windows;
        this.shared = shared;
        this.local = new LocalLimiter(config.localWindows());
        this.slices = new Slices(config.gateways(), config.localWindows());
        this.redis = new RedisBreaker(config.redisRetryAfter());
        this.localDecisions = metrics.counter("wearon.limits.decided.locally");
        metrics.gauge("wearon.limits.shared", redis, reachability -> reachability.isReachable() ? 1 : 0);
    }

    /**
     * Counts the request in every window of the budget, or in none of them if one window is full. A call that Redis has counted
     * in advance passes at once. Must be called on an event loop.
     *
     * @param budget any but {@link Budget#NONE}
     * @param key the API key of the request, or of its shopper token
     * @param address the network address of the shopper; empty if it is unknown or does not count
     * @return never fails. Subscribe once, on the same event loop. Completes on the subscriber's context, after the Redis
     *     timeout at the latest
     */
    public Uni<Verdict> take(Budget budget, KeyCheck.Valid key, Principal.OfStore caller, Optional<String> address) {
        List<Window> windows = this.windows.of(budget, key, caller, address);
        int size = slices.size(windows);
        if (size == 1) {
            return ask(windows);
        }
        Slice slice = slices.of(windows);
        return slice.take(windows, System.nanoTime())
                .map(verdict -> Uni.createFrom().item(verdict))
                .orElseGet(() -> askForSlice(windows, slice, size));
    }

    private Uni<Verdict> askForSlice(List<Window> windows, Slice slice, int size) {
        long asked = System.nanoTime();
        if (!slice.ask(windows, asked)) {
            return ask(windows);
        }
        return ask(
                windows,
                size,
                answer -> slice.begin(answer, asked),
                slice::notAsked,
                () -> slice.lost(System.nanoTime()));
    }

    private Uni<Verdict> ask(List<Window> windows) {
        return ask(windows, 1, answer -> slices.withUnused(answer, System.nanoTime()), () -> {}, () -> {});
    }

    /**
     * @param notAsked runs instead of {@code answered} if Redis gets no request
     * @param unanswered runs instead of {@code answered} if Redis may have counted the calls
     */
    private Uni<Verdict> ask(
            List<Window> windows, int calls, UnaryOperator<Verdict> answered, Runnable notAsked, Runnable unanswered) {
        Attempt attempt = redis.attempt(System.nanoTime());
        if (attempt == Attempt.NONE) {
            notAsked.run();
            return Uni.createFrom().item(locally(windows));
        }
        // A slice is lost if Redis counts it and its answer is late, so a trial is only one call.
        int safely = attempt == Attempt.TRIAL ? 1 : calls;
        return shared.take(windows, safely).onItemOrFailure().transform((verdict, fault) -> {
            if (fault == null) {
                return answered.apply(decided(attempt, verdict));
            }
            unanswered.run();
            return undecided(windows, fault);
        });
    }

    private Verdict locally(List<Window> windows) {
        localDecisions.increment();
        return local.take(windows, System.currentTimeMillis());
    }

    private Verdict decided(Attempt attempt, Verdict verdict) {
        if (redis.succeeded(attempt)) {
            LOG.info("Redis answers again: the gateways share their limits");
        }
        return verdict;
    }

    private Verdict undecided(List<Window> windows, Throwable fault) {
        if (redis.failed(System.nanoTime())) {
            LOG.warnf("Redis fails or does not answer in time: each gateway applies the limits alone: %s", fault);
        }
        return locally(windows);
    }
}
