package dev.wearon.gateway.audit;

import dev.wearon.gateway.paging.PageRequest;
import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestQuery;

/** The operator reads who changed what. */
@Path("/admin/v1/audit")
public class AuditResource {

    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final Audit audit;

    AuditResource(Audit audit) {
        this.audit = audit;
    }

    @GET
    public Uni<AuditPage> read(
            @RestQuery("store_id") String storeId, @RestQuery String limit, @RestQuery String cursor) {
        return audit.page(Optional.ofNullable(storeId).map(AuditResource::id), PageRequest.of(limit, cursor));
    }

    private static UUID id(String storeId) {
        if (!ID.matcher(storeId).matches()) {
            throw Problem.invalid("store_id must be a UUID.");
        }
        return UUID.fromString(storeId);
    }
}
