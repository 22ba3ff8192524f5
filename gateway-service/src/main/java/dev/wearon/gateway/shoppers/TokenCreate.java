package dev.wearon.gateway.shoppers;

import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/**
 * One create of a shopper token.
 *
 * @param anonymousPerDay the store's limit for anonymous tokens
 */
public record TokenCreate(TokenCreates creates, ShopperToken token, String idempotencyKey, int anonymousPerDay) {

    /**
     * Takes a slot of the token, or uses the one that an earlier request with the same key has taken. Must be called before the
     * create is forwarded.
     *
     * @return the refusal; empty if the create may be forwarded. Fails if the database does not answer in time; the slot may be
     *     taken then
     */
    public Uni<Optional<Problem>> take() {
        return creates.take(this);
    }

    /** Gives the slot back of a create that was not sent to the service. */
    public Uni<Void> notSent() {
        return creates.giveBack(this);
    }

    /**
     * Gives the slot back if the refusal proves that no try-on was created.
     *
     * @param refusal the answer that the caller gets. After a fault the try-on may exist
     */
    public Uni<Void> refused(Problem refusal) {
        boolean isNothingCreated = refusal.code().status() < 500 && refusal.code() != Problem.Code.REQUEST_IN_PROGRESS;
        return isNothingCreated ? creates.giveBack(this) : Uni.createFrom().voidItem();
    }
}
