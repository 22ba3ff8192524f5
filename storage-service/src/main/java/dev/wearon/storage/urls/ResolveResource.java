package dev.wearon.storage.urls;

import dev.wearon.http.Problem;
import dev.wearon.identity.Caller;
import dev.wearon.identity.Principal;
import dev.wearon.storage.catalog.ObjectPath;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Checks, before a try-on is charged, that images belong to the store and live long enough for the work. */
@Path("/internal/v1/objects/resolve")
class ResolveResource {

    record Request(
            @NotNull @Size(min = 1, max = 10) List<String> imageUrls,
            @PositiveOrZero @Max(86_400) long liveForSeconds) {}

    record Answer(List<String> paths) {}

    private final ImageUrls imageUrls;
    private final Caller caller;

    ResolveResource(ImageUrls imageUrls, Caller caller) {
        this.imageUrls = imageUrls;
        this.caller = caller;
    }

    @POST
    @RolesAllowed(Principal.Store.ROLE)
    public Uni<Answer> resolve(@NotNull @Valid Request request) {
        UUID storeId = caller.store().storeId();
        return imageUrls
                .resolve(storeId, request.imageUrls(), Duration.ofSeconds(request.liveForSeconds()))
                .map(resolution -> switch (resolution) {
                    case Resolution.Resolved resolved ->
                        new Answer(
                                resolved.paths().stream().map(ObjectPath::text).toList());
                    case Resolution.NotAnUploadUrl refused ->
                        throw refusal(refused.index(), "is not the URL of an uploaded image", storeId);
                    case Resolution.NotFound refused ->
                        throw refusal(
                                refused.index(),
                                "names no image of this store that lives %d more seconds"
                                        .formatted(request.liveForSeconds()),
                                storeId);
                });
    }

    /** Names the index and the expected form, but never repeats the URL, because its signature is a secret. */
    private Problem refusal(int index, String why, UUID storeId) {
        return Problem.invalid("image_urls[%d] %s; expected an image_url of an upload, which begins with %s"
                .formatted(index, why, imageUrls.expectedPrefix(storeId)));
    }
}
