package dev.wearon.gateway.keys;

import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.CacheControl;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** The operator's side of API keys. */
@Path("/admin/v1/stores/{store_id}/api-keys")
public class ApiKeysResource {

    /** An origin as browsers send it: no path, no trailing slash; plain HTTP for development on one's own machine only. */
    private static final String ORIGIN = "https://[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?"
            + "|http://(localhost|127\\.0\\.0\\.1)(:[0-9]{1,5})?";

    private final ApiKeys keys;

    ApiKeysResource(ApiKeys keys) {
        this.keys = keys;
    }

    public record Request(
            @Size(max = 50)
            List<
                            @NotNull
                            @Pattern(
                                    regexp = ORIGIN,
                                    message = "must be an origin like https://shop.example.com, in lower case")
                            String>
                    allowedDomains) {

        List<String> origins() {
            return allowedDomains == null ? List.of() : List.copyOf(allowedDomains);
        }
    }

    @POST
    public Uni<RestResponse<IssuedKey>> issue(@RestPath("store_id") UUID storeId, @NotNull @Valid Request request) {
        return keys.issue(storeId, request.origins())
                .map(ApiKeysResource::orNotFound)
                .map(key -> ResponseBuilder.create(RestResponse.Status.CREATED, key)
                        .cacheControl(CacheControl.valueOf("no-store"))
                        .build());
    }

    private static IssuedKey orNotFound(Optional<IssuedKey> issued) {
        return issued.orElseThrow(() -> Problem.notFound("The store"));
    }
}
