package dev.wearon.gateway.limits;

import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.limits.Reachability.Asking;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Decides whether a request is within its limits: Redis for all gateways together, or this gateway for itself. */
@ApplicationScoped
public class Limits {

    private static final Logger LOG = Logger.getLogger(Limits.class);

    private final Allowances allowances;
    private final SharedLimiter shared;
    private final LocalLimiter local;
    private final Reachability redis;
    private final Counter locally;

    Limits(Allowances allowances, SharedLimiter shared, LimitsConfig config, MeterRegistry metrics) {
        this.allowances = allowances;
        this.shared = shared;
        this.local = new LocalLimiter(config.localWindows());
        this.redis = new Reachability(config.redisRetryAfter());
        this.locally = metrics.counter("wearon.limits.decided.locally");
        metrics.gauge("wearon.limits.shared", redis, reachability -> reachability.isReachable() ? 1 : 0);
    }

    /**
     * Takes one call from every window that the budget has for this caller, or, if one of them has none left, from none.
     * Must be called on an event loop.
     *
     * @param budget any but {@link Budget#NONE}
     * @param shopper whom the request names, normalised
     * @return never fails; to be subscribed to once, on the same event loop; completes on the subscriber's context, after the
     *     patience at the latest
     */
    public Uni<Verdict> take(Budget budget, KeyCheck.Valid caller, Optional<String> shopper) {
        List<Window> windows = allowances.of(budget, caller, shopper);
        Asking asking = redis.ask(System.nanoTime());
        if (asking == Asking.NO) {
            return Uni.createFrom().item(locally(windows));
        }
        return shared.take(windows)
                .onItemOrFailure()
                .transform((verdict, fault) -> fault == null ? heard(asking, verdict) : unheard(windows, fault));
    }

    private Verdict locally(List<Window> windows) {
        locally.increment();
        return local.take(windows, System.currentTimeMillis());
    }

    private Verdict heard(Asking asking, Verdict verdict) {
        if (redis.answered(asking)) {
            LOG.info("Redis answers again: limits hold over all gateways");
        }
        return verdict;
    }

    private Verdict unheard(List<Window> windows, Throwable fault) {
        if (redis.failed(System.nanoTime())) {
            LOG.warnf("Redis does not answer in time, so each gateway keeps limits for itself: %s", fault);
        }
        return locally(windows);
    }
}
