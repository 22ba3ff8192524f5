package dev.wearon.generation.analytics;

import dev.wearon.identity.Caller;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;

/** Returns what a store used, by hour or day. */
@Path("/api/v1/usage")
@RolesAllowed(Principal.Store.ROLE)
class UsageResource {

    private final UsageSums sums;
    private final Caller caller;

    UsageResource(UsageSums sums, Caller caller) {
        this.sums = sums;
        this.caller = caller;
    }

    @GET
    public Uni<Usage> read(
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @QueryParam("bucket") String bucket,
            @QueryParam("by") String by) {
        return sums.read(caller.ofStore(), UsageQuery.of(from, to, bucket, by));
    }
}
