package dev.wearon.gateway.changelog;

import dev.wearon.http.Problem;
import dev.wearon.paging.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestQuery;

/** The operator reads the changes. */
@Path("/admin/v1/audit")
public class ChangelogResource {

    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final Changelog changelog;

    ChangelogResource(Changelog changelog) {
        this.changelog = changelog;
    }

    @GET
    public Uni<ChangelogPage> read(
            @RestQuery("store_id") String storeId, @RestQuery String limit, @RestQuery String cursor) {
        return changelog.page(Optional.ofNullable(storeId).map(ChangelogResource::id), PageRequest.of(limit, cursor));
    }

    private static UUID id(String storeId) {
        if (!ID.matcher(storeId).matches()) {
            throw Problem.invalid("store_id must be a UUID.");
        }
        return UUID.fromString(storeId);
    }
}
