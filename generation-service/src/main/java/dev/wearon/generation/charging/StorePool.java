package dev.wearon.generation.charging;

import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** The credits in a store's pool, read from the ledger. */
@ApplicationScoped
public class StorePool {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final CreditsClient credits;

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
}
