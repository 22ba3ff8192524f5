package dev.wearon.client;

import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.model.Purchase;
import dev.wearon.client.transport.Call;
import dev.wearon.client.transport.Transport;

/** Orders of credits at a checkout of the store's own. The key needs the scope {@code purchases:write}. */
public final class Purchases {

    private final Transport transport;

    Purchases(Transport transport) {
        this.transport = transport;
    }

    /**
     * Reports an order that a shopper has paid. Repeats change nothing. Report it again {@link PaidOrder#withReturned} after a
     * refund. With the status {@code pending} the credits follow when the store has enough.
     *
     * @throws WearOnException {@code CHECKOUT_NOT_OWN} if the store sells its credits at Shopify, {@code IDEMPOTENCY_KEY_REUSED} if
     *     the order was reported with other values
     */
    public Purchase record(PaidOrder order) {
        return transport.call(Call.post("/api/v1/purchases", order)).data(Purchase.class);
    }
}
