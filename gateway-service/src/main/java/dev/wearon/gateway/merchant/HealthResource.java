package dev.wearon.gateway.merchant;

import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.keys.KeyCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Lets a merchant test its key. The health checks of the process are on the management port. */
@Path("/api/v1/health")
public class HealthResource {

    public record Health(String status, UUID storeId, boolean test, Instant timestamp) {}

    @GET
    public Uni<Health> read(@Context RoutingContext routing) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        KeyCheck.Valid caller = Gates.key(routing);
        return Uni.createFrom()
                .item(new Health("ok", caller.storeId(), caller.terms().test(), now));
    }
}
