package dev.wearon.gateway.shopify;

import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.jobs.RecurringJob;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Renews refresh tokens before they end, so that a shop whose page nobody opens stays connected, and counts those that end soon. */
@ApplicationScoped
class TokenKeepAlive implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(TokenKeepAlive.class);

    private static final int MOST_PER_ROUND = 1_000;

    private final ShopConnections connections;
    private final AccessTokens tokens;
    private final ShopifyApp app;
    private final ShopifyConfig config;
    private volatile long endingSoon;

    TokenKeepAlive(
            ShopConnections connections,
            AccessTokens tokens,
            ShopifyApp app,
            ShopifyConfig config,
            MeterRegistry metrics) {
        this.connections = connections;
        this.tokens = tokens;
        this.app = app;
        this.config = config;
        Gauge.builder("wearon.shopify.tokens.ending", () -> endingSoon).register(metrics);
    }

    @Override
    public String name() {
        return "shopify-tokens";
    }

    @Override
    public Optional<Duration> every() {
        return app.isOff() ? Optional.empty() : config.keepAliveEvery();
    }

    /** @return how many are alive afterwards */
    @Override
    public Uni<Integer> runOnce() {
        return connections
                .ending(MOST_PER_ROUND)
                .onItem()
                .transformToMulti(Multi.createFrom()::iterable)
                .onItem()
                // One store that cannot be renewed does not keep the others from it.
                .transformToUniAndConcatenate(store -> tokens.keepAlive(store)
                        .onFailure()
                        .invoke(fault -> LOG.warnf("The tokens of store %s were not renewed: %s", store, fault))
                        .onFailure()
                        .recoverWithItem(fault -> Outcome.failed(
                                Failure.Reason.UNAVAILABLE, fault.getClass().getSimpleName())))
                .filter(outcome -> outcome instanceof Outcome.Done)
                .collect()
                .asList()
                .map(List::size)
                .call(() -> connections.countEndingSoon().invoke(shops -> endingSoon = shops));
    }
}
