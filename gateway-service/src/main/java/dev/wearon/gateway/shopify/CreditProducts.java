package dev.wearon.gateway.shopify;

import dev.wearon.gateway.shopify.Failure.Reason;
import dev.wearon.gateway.stores.CreditProduct;
import dev.wearon.gateway.stores.ShopConnections;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The hidden product with which a shop sells credits. */
@Singleton
public class CreditProducts {

    private final AdminApi api;
    private final ShopConnections connections;
    private final Leases leases;

    CreditProducts(AdminApi api, ShopConnections connections, Leases leases) {
        this.api = api;
        this.connections = connections;
        this.leases = leases;
    }

    /**
     * Makes the product with this price, or changes its price, and lets it be bought in the Online Store. Then saves. Only one call
     * for a store runs at a time, until it has saved, so the database has the ids that the shop has.
     *
     * @param save only runs if the shop sells the product
     */
    public <T> Uni<Outcome<T>> offer(UUID storeId, BigDecimal price, Function<CreditProduct, Uni<T>> save) {
        return leases.alone(storeId, Leases.Work.PRODUCT, () -> api.onlineStore(storeId)
                .chain(found -> found.then(onlineStore -> sell(storeId, price, onlineStore)))
                .chain(sold -> sold.then(product -> save.apply(product).map(Outcome.Done::new))));
    }

    private Uni<Outcome<CreditProduct>> sell(UUID storeId, BigDecimal price, String onlineStore) {
        return upsert(storeId, price).chain(made -> made.then(product -> api.publish(storeId, product, onlineStore)));
    }

    /** A product that the merchant deleted is made again. */
    private Uni<Outcome<CreditProduct>> upsert(UUID storeId, BigDecimal price) {
        return connections
                .find(storeId)
                .map(found -> found.flatMap(connection -> connection.product()))
                .chain(known -> api.creditProduct(storeId, known, price)
                        .chain(outcome -> known.isPresent() && isGone(outcome)
                                ? api.creditProduct(storeId, Optional.empty(), price)
                                : Uni.createFrom().item(outcome)));
    }

    private static boolean isGone(Outcome<?> outcome) {
        return outcome instanceof Outcome.Failed<?>(Failure failure)
                && failure.reason() == Reason.REFUSED
                && failure.detail().contains("DOES_NOT_EXIST");
    }
}
