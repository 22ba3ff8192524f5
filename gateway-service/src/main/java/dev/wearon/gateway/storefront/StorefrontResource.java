package dev.wearon.gateway.storefront;

import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.ledger.Answer;
import dev.wearon.gateway.ledger.Ledger;
import dev.wearon.gateway.merchant.Disclosure;
import dev.wearon.gateway.orders.CartLinks;
import dev.wearon.gateway.origins.AllowedOrigin;
import dev.wearon.gateway.shopify.ProxyCall;
import dev.wearon.gateway.shoppers.IssuedToken;
import dev.wearon.gateway.shoppers.ShopperTokens;
import dev.wearon.gateway.shoppers.TokenCache;
import dev.wearon.gateway.stores.StoreConfig;
import dev.wearon.gateway.stores.Stores;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import dev.wearon.identity.Principal;
import dev.wearon.identity.Principal.BillingMode;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.logging.Logger;

/** A page of a shop reads what it must know, and gets a token for its shopper. Everything that counts is in the signed query. */
@Path("/api/shopify/proxy/shopper")
public class StorefrontResource {

    private static final Logger LOG = Logger.getLogger(StorefrontResource.class);

    private static final int GENERATIONS = 3;
    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Uni<Optional<IssuedToken>> NO_TOKEN = Uni.createFrom().item(Optional.empty());

    private final Stores stores;
    private final Disclosure disclosure;
    private final CartLinks links;
    private final TokenCache tokens;
    private final Ledger ledger;
    private final BalanceClient balances;
    private final String gatewayUrl;

    StorefrontResource(
            Stores stores,
            Disclosure disclosure,
            CartLinks links,
            TokenCache tokens,
            Ledger ledger,
            @RestClient BalanceClient balances,
            @ConfigProperty(name = "wearon.public-url", defaultValue = "http://127.0.0.1:8080") URI gatewayUrl) {
        this.stores = stores;
        this.disclosure = disclosure;
        this.links = links;
        this.tokens = tokens;
        this.ledger = ledger;
        this.balances = balances;
        this.gatewayUrl = gatewayUrl.toString().replaceAll("/+$", "");
    }

    @GET
    public Uni<Storefront> read(@Context RoutingContext routing, @HeaderParam(RequestId.HEADER) String requestId) {
        ProxyCall call = Gates.proxyCall(routing);
        KeyCheck.Valid key = Gates.key(routing);
        return config(key).chain(config -> storefront(call, key, config, requestId, NO_TOKEN));
    }

    @POST
    public Uni<Storefront> mint(@Context RoutingContext routing, @HeaderParam(RequestId.HEADER) String requestId) {
        ProxyCall call = Gates.proxyCall(routing);
        KeyCheck.Valid key = Gates.key(routing);
        return config(key).chain(config -> {
            var request = new ShopperTokens.Request(call.shopper(), origin(call, key), GENERATIONS, LIFETIME);
            return storefront(
                    call,
                    key,
                    config,
                    requestId,
                    mayHaveToken(call, key, config)
                            ? tokens.issue(key.storeId(), key.keyId(), request).map(Optional::of)
                            : NO_TOKEN);
        });
    }

    private Uni<StoreConfig> config(KeyCheck.Valid key) {
        return stores.findConfig(key.storeId()).map(found -> found.orElseThrow(() -> Problem.notFound("The store")));
    }

    /** @throws Problem if the token would be for pages that are not of the shop */
    private static String origin(ProxyCall call, KeyCheck.Valid key) {
        String origin = Optional.ofNullable(call.parameters().get("origin"))
                .flatMap(AllowedOrigin::normalised)
                .orElseThrow(() -> Problem.invalid(
                        "origin must be, once, the origin of the page, like https://shop.example.com."));
        if (!origin.equals("https://" + call.shop().name())
                && !key.allowedOrigins().contains(origin)) {
            throw Problem.of(
                    Problem.Code.DOMAIN_MISMATCH,
                    "The origin is neither the shop nor among the allowed domains of the store's API key for its storefront.");
        }
        return origin;
    }

    private boolean mayHaveToken(ProxyCall call, KeyCheck.Valid key, StoreConfig config) {
        boolean agreed = "true".equals(call.parameters().get("age_verified"))
                && version(config).equals(call.parameters().get("disclosure"));
        boolean anonymous = !isResold(config) && !key.terms().shopperRequired() && key.anonymousPerDay() > 0;
        return agreed && (call.shopper().isPresent() || anonymous);
    }

    /** @param token is issued last, so that there is none if the balance is unknown */
    private Uni<Storefront> storefront(
            ProxyCall call,
            KeyCheck.Valid key,
            StoreConfig config,
            String requestId,
            Uni<Optional<IssuedToken>> token) {
        Optional<String> payer = call.shopper().filter(shopper -> isResold(config));
        return balance(key, payer, requestId).chain(balance -> link(key, payer)
                .chain(link -> token.map(issued -> new Storefront(
                        config.billingMode(),
                        call.shopper().isPresent(),
                        balance.orElse(null),
                        isResold(config) ? config.retailCreditPrice() : null,
                        link.orElse(null),
                        disclosure.text(config.imageRetention()),
                        version(config),
                        gatewayUrl,
                        issued.map(IssuedToken::token).orElse(null),
                        issued.map(IssuedToken::expiresAt).orElse(null)))));
    }

    private Uni<Optional<String>> link(KeyCheck.Valid key, Optional<String> payer) {
        return payer.map(shopper -> links.of(key.storeId(), shopper))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    /** Fails if the ledger does not say: a wrong number would offer credits to somebody who has some. */
    private Uni<Optional<Integer>> balance(KeyCheck.Valid key, Optional<String> payer, String requestId) {
        if (payer.isEmpty()) {
            return Uni.createFrom().item(Optional.empty());
        }
        var shopper = new Principal.Store(key.storeId(), Optional.of(key.keyId()), payer, key.terms());
        return ledger.ask(shopper, (address, identity) -> balances.balance(address, identity, requestId))
                .map(answer -> switch (answer) {
                    case Answer.Done<BalanceClient.Balance>(var read)
                    when read.balance() != null -> Optional.of(read.balance());
                    case Answer.Done<BalanceClient.Balance>(var unreadable) -> throw unknown("no balance");
                    case Answer.Refused<BalanceClient.Balance>(var problem) -> throw unknown(problem);
                    case Answer.Unknown<BalanceClient.Balance>(var cause) -> throw unknown(cause);
                });
    }

    private static Problem unknown(Object cause) {
        LOG.warnf("The balance of a shopper is unknown: %s", cause);
        return Problem.unavailable("The balance of the shopper cannot be read now. Please try again.", RETRY_AFTER);
    }

    private String version(StoreConfig config) {
        return disclosure.version(config.imageRetention());
    }

    private static boolean isResold(StoreConfig config) {
        return config.billingMode().equals(BillingMode.RESELL_MODE.wire());
    }
}
