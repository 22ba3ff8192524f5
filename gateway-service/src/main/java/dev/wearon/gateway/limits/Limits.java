package dev.wearon.gateway.limits;

import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.limits.RedisBreaker.Attempt;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Decides whether a request is within its limits: in Redis for all gateways together, or in this gateway if Redis is
 * unreachable.
 */
@ApplicationScoped
public class Limits {

    private static final Logger LOG = Logger.getLogger(Limits.class);

    private final BudgetWindows windows;
    private final SharedLimiter shared;
    private final LocalLimiter local;
    private final RedisBreaker redis;
    private final Counter localDecisions;

    Limits(BudgetWindows windows, SharedLimiter shared, LimitsConfig config, MeterRegistry metrics) {
        this.windows = windows;
        this.shared = shared;
        this.local = new LocalLimiter(config.localWindows());
        this.redis = new RedisBreaker(config.redisRetryAfter());
        this.localDecisions = metrics.counter("wearon.limits.decided.locally");
        metrics.gauge("wearon.limits.shared", redis, reachability -> reachability.isReachable() ? 1 : 0);
    }

    /**
     * Counts the request in every window of the budget, or in none of them if one window is full. Must be called on an event
     * loop.
     *
     * @param budget any but {@link Budget#NONE}
     * @param shopper the shopper's normalised address, if the request names one
     * @return never fails. Subscribe once, on the same event loop. Completes on the subscriber's context, after the Redis
     *     timeout at the latest
     */
    public Uni<Verdict> take(Budget budget, KeyCheck.Valid caller, Optional<String> shopper) {
        List<Window> windows = this.windows.of(budget, caller, shopper);
        Attempt attempt = redis.attempt(System.nanoTime());
        if (attempt == Attempt.NONE) {
            return Uni.createFrom().item(locally(windows));
        }
        return shared.take(windows)
                .onItemOrFailure()
                .transform((verdict, fault) -> fault == null ? decided(attempt, verdict) : undecided(windows, fault));
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
            LOG.warnf("Redis does not answer in time: each gateway applies the limits alone: %s", fault);
        }
        return locally(windows);
    }
}
