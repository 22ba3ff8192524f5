package dev.wearon.generation.lists;

import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import dev.wearon.paging.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;
import java.util.regex.Pattern;

/** Lists the sessions of all stores, or of one, for the operator. */
@Path("/internal/v1/generations")
@RolesAllowed(Principal.Service.ROLE)
class AllSessionsResource {

    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final SessionPages sessions;

    AllSessionsResource(SessionPages sessions) {
        this.sessions = sessions;
    }

    @GET
    public Uni<SessionPage> list(
            @QueryParam("store_id") String storeId,
            @QueryParam("status") String status,
            @QueryParam("error_code") String errorCode,
            @QueryParam("created_from") String createdFrom,
            @QueryParam("created_to") String createdTo,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor) {
        return sessions.page(
                storeId == null ? new Whose.AllStores() : new Whose.Store(id(storeId)),
                Filter.of(status, errorCode, createdFrom, createdTo),
                PageRequest.of(limit, cursor));
    }

    private static UUID id(String storeId) {
        if (!ID.matcher(storeId).matches()) {
            throw Problem.invalid("store_id must be a UUID.");
        }
        return UUID.fromString(storeId);
    }
}
