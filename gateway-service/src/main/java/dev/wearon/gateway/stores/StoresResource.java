package dev.wearon.gateway.stores;

import dev.wearon.gateway.admin.Operator;
import dev.wearon.http.Problem;
import dev.wearon.paging.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** The operator's endpoints for stores. */
@Path("/admin/v1/stores")
public class StoresResource {

    private static final Logger LOG = Logger.getLogger(StoresResource.class);

    private final Stores stores;
    private final Operator operator;

    StoresResource(Stores stores, Operator operator) {
        this.stores = stores;
        this.operator = operator;
    }

    @POST
    public Uni<RestResponse<Store>> create(@NotNull @Valid NewStore store, @Context HttpHeaders headers) {
        return stores.create(operator.author(headers), store).map(creation -> switch (creation) {
            case Stores.Creation.Created created -> RestResponse.status(RestResponse.Status.CREATED, created.store());
            case Stores.Creation.DomainTaken() ->
                throw Problem.of(Problem.Code.STORE_EXISTS, "A store with this shop domain already exists.");
        });
    }

    @GET
    public Uni<StorePage> list(
            @RestQuery String search, @RestQuery String status, @RestQuery String limit, @RestQuery String cursor) {
        return stores.page(StoreFilter.of(search, status), PageRequest.of(limit, cursor));
    }

    @GET
    @Path("/{store_id}")
    public Uni<Store> read(@RestPath("store_id") UUID storeId) {
        return stores.find(storeId).map(found -> found.orElseThrow(StoresResource::notFound));
    }

    @PATCH
    @Path("/{store_id}")
    public Uni<Store> change(
            @RestPath("store_id") UUID storeId, @NotNull @Valid StorePatch patch, @Context HttpHeaders headers) {
        if (patch.test() != null) {
            throw Problem.invalid("test is set when a store is created, and never changes.");
        }
        return stores.change(operator.author(headers), storeId, patch).map(changing -> switch (changing) {
            case Stores.Changing.Changed(var store) -> {
                // ./wearon restore reads this line, also in logs of other versions.
                LOG.infof("Store %s has the status %s", storeId, store.status());
                yield store;
            }
            case Stores.Changing.NoSuchStore() -> throw notFound();
            case Stores.Changing.OverageWithoutCap() ->
                throw Problem.invalid(
                        "overage_monthly_cap_cents must be set if overage_enabled is true: overage needs a cap.");
        });
    }

    /** Repeatable: a store that is suspended stays so. */
    @POST
    @Path("/{store_id}/suspend")
    public Uni<Store> suspend(@RestPath("store_id") UUID storeId, @Context HttpHeaders headers) {
        return stores.suspend(operator.author(headers), storeId)
                .map(found -> found.orElseThrow(StoresResource::notFound))
                .invoke(store -> LOG.infof("Store %s has the status %s", storeId, store.status()));
    }

    private static Problem notFound() {
        return Problem.notFound("The store");
    }
}
