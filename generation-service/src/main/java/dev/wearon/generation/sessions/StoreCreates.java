package dev.wearon.generation.sessions;

import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.sessions.Creation.Order;
import dev.wearon.generation.sessions.Creation.Outcome;
import dev.wearon.generation.sessions.IdempotencyKeys.Key;
import dev.wearon.identity.Principal;
import dev.wearon.identity.Principal.BillingMode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** What is a store's own in a create: the shopper, who may have to be named. Everything else is {@link Creates}. */
@ApplicationScoped
class StoreCreates {

    private final Creates creates;
    private final B2b b2b;

    StoreCreates(Creates creates, B2b b2b) {
        this.creates = creates;
        this.b2b = b2b;
    }

    /**
     * @param identity the caller's signed identity
     * @param key the Idempotency-Key, if the client sent one
     */
    Uni<Outcome> create(
            Principal.Store store, String identity, String requestId, TryOnRequest request, Optional<String> key) {
        Order order = creates.order(
                b2b.store(store.storeId()),
                identity,
                requestId,
                request.imageUrls(),
                request.prompt(),
                B2b.details(store.shopperEmail()),
                objection(store));
        return creates.create(order, key.map(text -> new Key(order.owner(), text, request.hash(store.shopperEmail()))));
    }

    static boolean shopperPays(Principal.Store store) {
        return store.terms().billingMode() == BillingMode.RESELL_MODE;
    }

    private static Optional<Outcome.Refused> objection(Principal.Store store) {
        boolean needed = shopperPays(store) || store.terms().shopperRequired();
        return needed && store.shopperEmail().isEmpty()
                ? Optional.of(new Outcome.ShopperMissing(shopperPays(store)))
                : Optional.empty();
    }
}
