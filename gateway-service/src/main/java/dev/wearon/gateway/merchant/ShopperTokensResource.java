package dev.wearon.gateway.merchant;

import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.orders.CartLinks;
import dev.wearon.gateway.routing.RoutingTable;
import dev.wearon.gateway.shoppers.ShopperTokens;
import dev.wearon.gateway.shoppers.TokenCache;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Context;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** A merchant's server requests a token for a shopper. */
@Path("/api/v1/shopper-tokens")
public class ShopperTokensResource {

    private final TokenCache tokens;

    private final CartLinks links;

    ShopperTokensResource(TokenCache tokens, CartLinks links) {
        this.tokens = tokens;
        this.links = links;
    }

    @POST
    public Uni<RestResponse<ShopperTokenResponse>> issue(
            @Context RoutingContext routing, @NotNull @Valid ShopperTokenRequest body) {
        KeyCheck.Valid caller = Gates.key(routing);
        if (routing.request().headers().contains(RoutingTable.SHOPPER_EMAIL)) {
            throw Problem.invalid("Name the shopper in the body, with shopper_email or shopper_ref, and not in "
                    + RoutingTable.SHOPPER_EMAIL + ".");
        }
        ShopperTokens.Request request = body.validated();
        if (request.shopper().isEmpty()) {
            requireAnonymousCreates(caller);
        }
        return link(caller, request.shopper())
                .chain(link -> tokens.issue(caller.storeId(), caller.keyId(), request)
                        .map(issued -> ShopperTokenResponse.of(issued, link.orElse(null))))
                .map(issued -> ResponseBuilder.create(RestResponse.Status.CREATED, issued)
                        .cacheControl(CacheControl.valueOf("no-store"))
                        .build());
    }

    private Uni<Optional<String>> link(KeyCheck.Valid caller, Optional<String> shopper) {
        return caller.terms().billingMode() == Principal.BillingMode.RESELL_MODE && shopper.isPresent()
                ? links.of(caller.storeId(), shopper.get())
                : Uni.createFrom().item(Optional.empty());
    }

    /** An anonymous token of such a store could not create a try-on. */
    private static void requireAnonymousCreates(KeyCheck.Valid caller) {
        Principal.Terms terms = caller.terms();
        if (terms.billingMode() == Principal.BillingMode.RESELL_MODE) {
            throw Problem.invalid("In resell mode the shopper pays, so the token must name one. Send shopper_email or"
                    + " shopper_ref.");
        } else if (terms.shopperRequired()) {
            throw Problem.invalid(
                    "This store requires that every try-on names its shopper. Send shopper_email or shopper_ref.");
        } else if (caller.anonymousPerDay() == 0) {
            throw Problem.invalid(
                    "Anonymous shoppers of this store may create no try-ons. Send shopper_email or shopper_ref.");
        }
    }
}
