package dev.wearon.storage.urls;

import dev.wearon.identity.Caller;
import dev.wearon.identity.Principal;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects;
import dev.wearon.storage.catalog.StoredObject;
import dev.wearon.storage.signing.SignedUrl;
import dev.wearon.storage.signing.SignedUrls;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Signs URLs to read the objects of a store. */
@Path("/api/v1/storage/downloads")
class DownloadsResource {

    record Request(@NotNull @Size(min = 1, max = 100) List<@NotNull @Size(max = 255) String> paths) {}

    /** Has no URL if the object is missing, expired or another store's. A client cannot distinguish these cases. */
    record Download(String path, String downloadUrl, Instant expiresAt) {}

    record Answer(List<Download> downloads) {}

    private final Objects objects;
    private final SignedUrls signedUrls;
    private final Caller caller;

    DownloadsResource(Objects objects, SignedUrls signedUrls, Caller caller) {
        this.objects = objects;
        this.signedUrls = signedUrls;
        this.caller = caller;
    }

    @POST
    @RolesAllowed(Principal.Store.ROLE)
    public Uni<Answer> sign(@NotNull @Valid Request request) {
        UUID storeId = caller.store().storeId();
        List<ObjectPath> paths = request.paths().stream()
                .map(ObjectPath::parse)
                .flatMap(Optional::stream)
                .toList();
        return objects.findLive(storeId, paths, Duration.ZERO)
                .map(live -> new Answer(request.paths().stream()
                        .map(text -> download(text, ObjectPath.parse(text).map(live::get)))
                        .toList()));
    }

    private Download download(String text, Optional<StoredObject> object) {
        Optional<SignedUrl> signed = object.map(it -> signedUrls.read(text, it.expiresAt()));
        return new Download(
                text,
                signed.map(SignedUrl::url).orElse(null),
                signed.map(SignedUrl::expiresAt).orElse(null));
    }
}
