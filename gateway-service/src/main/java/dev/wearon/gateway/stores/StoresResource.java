package dev.wearon.gateway.stores;

import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Locale;
import org.jboss.resteasy.reactive.RestResponse;

/** The operator's side of stores. */
@Path("/admin/v1/stores")
public class StoresResource {

    private static final String LABEL = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final String HOST_NAME = "(?=.{1,253}$)(" + LABEL + "\\.)+" + LABEL;

    private final Stores stores;

    StoresResource(Stores stores) {
        this.stores = stores;
    }

    public record Request(
            @NotNull @Pattern(regexp = HOST_NAME, message = "must be a host name like shop.example.com")
            String shopDomain,

            @Pattern(regexp = "absorb_mode|resell_mode", message = "must be absorb_mode or resell_mode")
            String billingMode,

            @Pattern(
                    regexp = "starter|growth|scale|enterprise",
                    message = "must be starter, growth, scale, enterprise or null")
            String subscriptionTier) {}

    @POST
    public Uni<RestResponse<Store>> create(@NotNull @Valid Request request) {
        String billingMode = request.billingMode() == null ? "absorb_mode" : request.billingMode();
        return stores.create(request.shopDomain().toLowerCase(Locale.ROOT), billingMode, request.subscriptionTier())
                .map(creation -> switch (creation) {
                    case Stores.Creation.Created created ->
                        RestResponse.status(RestResponse.Status.CREATED, created.store());
                    case Stores.Creation.DomainTaken() ->
                        throw Problem.of(Problem.Code.STORE_EXISTS, "A store with this shop domain already exists.");
                });
    }
}
