package dev.wearon.gateway.merchant;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.stores.StoreConfig;
import dev.wearon.gateway.stores.Stores;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.io.IOException;

/** A merchant reads the configuration of its store and changes the payment mode. */
@Path("/api/v1/stores/config")
public class StoreConfigResource {

    private final Stores stores;
    private final Disclosure disclosure;
    private final ObjectReader exactNumbers;

    StoreConfigResource(Stores stores, Disclosure disclosure, ObjectMapper json) {
        this.stores = stores;
        this.disclosure = disclosure;
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
                stores.configure(
                                new Author("key:" + caller.keyPrefix(), requestId),
                                caller.storeId(),
                                change.billingMode(),
                                change.retailCreditPrice())
                        .map(StoreConfigResource::saved);
        };
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
