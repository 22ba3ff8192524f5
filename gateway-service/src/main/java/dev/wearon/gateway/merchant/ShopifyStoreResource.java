package dev.wearon.gateway.merchant;

import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.shopify.AccessTokens;
import dev.wearon.gateway.shopify.Failure;
import dev.wearon.gateway.shopify.Outcome;
import dev.wearon.gateway.shopify.SessionToken;
import dev.wearon.gateway.stores.MerchantStore;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;

/** A page of the app in the Shopify admin connects its shop to a store, and reads the store. */
@Path("/api/shopify/store")
public class ShopifyStoreResource {

    private final AccessTokens tokens;
    private final ShopConnections connections;

    ShopifyStoreResource(AccessTokens tokens, ShopConnections connections) {
        this.tokens = tokens;
        this.connections = connections;
    }

    @GET
    public Uni<MerchantStore> read(@Context RoutingContext routing) {
        return store(Gates.session(routing));
    }

    @POST
    public Uni<MerchantStore> connect(
            @Context RoutingContext routing, @HeaderParam(RequestId.HEADER) String requestId) {
        SessionToken session = Gates.session(routing);
        return tokens.connect(session, requestId).chain(connected -> switch (connected) {
            case Outcome.Done<Void> done -> store(session);
            case Outcome.Failed<Void>(Failure failure) -> throw failure.problem(" The store was not connected.");
        });
    }

    private Uni<MerchantStore> store(SessionToken session) {
        return connections
                .findByDomain(session.shop().name())
                .map(found -> found.orElseThrow(() -> Problem.notFound("The store")));
    }
}
