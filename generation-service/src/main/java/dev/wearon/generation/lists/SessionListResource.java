package dev.wearon.generation.lists;

import dev.wearon.identity.Caller;
import dev.wearon.identity.Principal;
import dev.wearon.paging.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;

/** Lists the sessions that the caller may read. */
@Path("/api/v1/generation")
@RolesAllowed({Principal.Store.ROLE, Principal.ShopperToken.ROLE})
class SessionListResource {

    private final SessionPages sessions;
    private final Caller caller;

    SessionListResource(SessionPages sessions, Caller caller) {
        this.sessions = sessions;
        this.caller = caller;
    }

    @GET
    public Uni<SessionPage> list(
            @QueryParam("status") String status,
            @QueryParam("error_code") String errorCode,
            @QueryParam("created_from") String createdFrom,
            @QueryParam("created_to") String createdTo,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor) {
        return sessions.page(
                Whose.of(caller.ofStore()),
                Filter.of(status, errorCode, createdFrom, createdTo),
                PageRequest.of(limit, cursor));
    }
}
