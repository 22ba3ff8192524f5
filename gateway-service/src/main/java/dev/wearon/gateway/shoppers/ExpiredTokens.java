package dev.wearon.gateway.shoppers;

import dev.wearon.jobs.RecurringJob;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** Deletes tokens some time after their expiry, in batches, each in its own transaction. Several instances may run at once. */
@ApplicationScoped
class ExpiredTokens implements RecurringJob {

    /** After this many full batches the round ends; the next one continues. */
    private static final int MOST_BATCHES = 20;

    private final ShopperTokens tokens;
    private final TokenCreates creates;
    private final ShopperTokensConfig config;

    ExpiredTokens(ShopperTokens tokens, TokenCreates creates, ShopperTokensConfig config) {
        this.tokens = tokens;
        this.creates = creates;
        this.config = config;
    }

    @Override
    public String name() {
        return "expired-shopper-tokens";
    }

    @Override
    public Optional<Duration> every() {
        return config.removalEvery();
    }

    /** @return the number of deleted tokens */
    @Override
    public Uni<Integer> runOnce() {
        return Multi.createBy()
                .repeating()
                .uni(() -> tokens.removeExpired(config.keptExpired(), config.removalBatch()))
                .whilst(removed -> removed == config.removalBatch())
                .select()
                .first(MOST_BATCHES)
                .collect()
                .with(Collectors.summingInt(removed -> removed))
                .call(creates::removeOldDays);
    }
}
