package dev.wearon.gateway.merchant;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.shopify.CreditProducts;
import dev.wearon.gateway.shopify.Failure;
import dev.wearon.gateway.shopify.Outcome;
import dev.wearon.gateway.stores.CreditProduct;
import dev.wearon.gateway.stores.ShopConnection;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.gateway.stores.StoreConfig;
import dev.wearon.gateway.stores.Stores;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import dev.wearon.identity.Principal.BillingMode;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** A merchant reads the configuration of its store and changes the payment mode. */
@Path("/api/v1/stores/config")
public class StoreConfigResource {

    private final Stores stores;
    private final Disclosure disclosure;
    private final CreditProducts products;
    private final ShopConnections connections;
    private final ObjectReader exactNumbers;

    StoreConfigResource(
            Stores stores,
            Disclosure disclosure,
            CreditProducts products,
            ShopConnections connections,
            ObjectMapper json) {
        this.stores = stores;
        this.disclosure = disclosure;
        this.products = products;
        this.connections = connections;
        this.exactNumbers = json.reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    }

    /** @param privacyDisclosure the text that a storefront shows before it opens the camera */
    public record Disclosed(@JsonUnwrapped StoreConfig config, String privacyDisclosure) {}

    @GET
    public Uni<Disclosed> read(@Context RoutingContext routing) {
        return stores.findConfig(Gates.key(routing).storeId())
                .map(found -> found.map(this::disclosed).orElseThrow(StoreConfigResource::noSuchStore));
    }

    @PATCH
    public Uni<StoreConfig> change(
            @Context RoutingContext routing, @HeaderParam(RequestId.HEADER) String requestId, byte[] body) {
        KeyCheck.Valid caller = Gates.key(routing);
        return switch (ConfigChange.parse(read(body))) {
            case ConfigChange.Parsed.Refused(String message) -> throw Problem.invalid(message);
            case ConfigChange.Parsed.Valid(ConfigChange change) ->
                configure(new Author("key:" + caller.keyPrefix(), requestId), caller.storeId(), change)
                        .map(StoreConfigResource::saved);
        };
    }

    private Uni<Stores.Configuring> configure(Author author, UUID storeId, ConfigChange change) {
        if (change.billingMode() == BillingMode.ABSORB_MODE) {
            return save(author, storeId, change, Optional.empty());
        }
        return stores.findConfig(storeId)
                .map(found -> found.orElseThrow(StoreConfigResource::noSuchStore))
                .chain(config -> config.ownCheckout()
                        ? save(author, storeId, change, Optional.empty())
                        : sellAtShopify(author, storeId, change));
    }

    /** The shop must sell credits at this price before anything is saved. */
    private Uni<Stores.Configuring> sellAtShopify(Author author, UUID storeId, ConfigChange change) {
        return connections.find(storeId).chain(found -> found.filter(ShopConnection::isConnected)
                .map(connected -> offer(author, storeId, change))
                .orElseGet(() -> save(author, storeId, change, Optional.empty())));
    }

    private Uni<Stores.Configuring> offer(Author author, UUID storeId, ConfigChange change) {
        return products.offer(
                        storeId,
                        change.retailCreditPrice().orElseThrow(),
                        product -> save(author, storeId, change, Optional.of(product)))
                .map(outcome -> switch (outcome) {
                    case Outcome.Done<Stores.Configuring>(Stores.Configuring saved) -> saved;
                    case Outcome.Failed<Stores.Configuring>(Failure failure) ->
                        throw failure.problem(" Nothing was changed.");
                });
    }

    private Uni<Stores.Configuring> save(
            Author author, UUID storeId, ConfigChange change, Optional<CreditProduct> product) {
        return stores.configure(author, storeId, change.billingMode(), change.retailCreditPrice(), product);
    }

    private Disclosed disclosed(StoreConfig config) {
        return new Disclosed(config, disclosure.text(config.imageRetention()));
    }

    private static StoreConfig saved(Stores.Configuring outcome) {
        return switch (outcome) {
            case Stores.Configuring.Configured(StoreConfig config) -> config;
            case Stores.Configuring.NoSuchStore() -> throw noSuchStore();
            // A retry does not help, so there is no Retry-After.
            case Stores.Configuring.NotConnected() ->
                throw Problem.of(
                        Problem.Code.SERVICE_UNAVAILABLE,
                        "The store is not connected to its shop, where shoppers would buy credits. Connect it, then"
                                + " switch to resell_mode; nothing was changed.");
        };
    }

    private static Problem noSuchStore() {
        return Problem.notFound("The store");
    }

    private JsonNode read(byte[] body) {
        try {
            return exactNumbers.readTree(body);
        } catch (IOException notJson) {
            throw Problem.invalid("The body must be a JSON object.");
        }
    }
}
