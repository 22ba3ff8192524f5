package dev.wearon.credits.wallets;

import dev.wearon.identity.Principal;
import dev.wearon.routes.JsonCall;
import dev.wearon.routes.JsonRoutes;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Lets a store read its pool. Merchants make this request often, so it is no JAX-RS resource. */
@Singleton
class BalanceRoute {

    private final RememberedBalances balances;

    BalanceRoute(RememberedBalances balances) {
        this.balances = balances;
    }

    void serve(@Observes Router router, JsonRoutes routes) {
        routes.serve(router, "/api/v1/credits/balance", JsonRoutes.Endpoint.get(Principal.Store.class, this::balance));
    }

    /** @param test whether these are test credits */
    record PoolBalance(int balance, int totalPurchased, int totalSpent, boolean test) {}

    private Uni<JsonRoutes.Answer> balance(JsonCall call) {
        UUID storeId = call.ofStore().storeId();
        return FailedReads.logged("The balance", storeId, call.requestId(), balances.balance(storeId))
                .map(balance -> JsonRoutes.Answer.ok(new PoolBalance(
                        balance.balance(),
                        balance.totalPurchased(),
                        balance.totalSpent(),
                        call.ofStore().terms().test())));
    }
}
