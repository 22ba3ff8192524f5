package dev.wearon.generation.charging;

import dev.wearon.http.Problem;
import dev.wearon.timing.Timers;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The credits in a store's pool, read from the ledger. */
@ApplicationScoped
public class StorePool {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final CreditsClient credits;

    /** How long the streams of a store share a balance. */
    private static final Duration SHARED_FOR = Duration.ofMillis(900);

    private final Map<UUID, Uni<Long>> recent = new ConcurrentHashMap<>();

    StorePool(CreditsClient credits) {
        this.credits = credits;
    }

    /**
     * @param storeIdentity a signed identity of the store; it may also name a shopper
     * @return credits in the store's pool; fails with a {@link Problem} when the ledger does not answer
     */
    public Uni<Long> balance(String storeIdentity, String requestId) {
        return credits.balance(storeIdentity, requestId)
                .onFailure()
                .transform(fault ->
                        Problem.unavailable("The ledger did not answer. Please try again.", RETRY_AFTER, fault));
    }

    /** The credits in the pool of a store, now or less than a second ago. */
    public Uni<Long> recent(UUID storeId) {
        return recent.computeIfAbsent(storeId, absent -> {
            Timers.after(SHARED_FOR, () -> recent.remove(storeId));
            return credits.balance(storeId).memoize().indefinitely();
        });
    }
}
