package dev.wearon.storage.urls;

import dev.wearon.http.Problem;
import dev.wearon.identity.Caller;
import dev.wearon.identity.Principal;
import dev.wearon.paging.PageRequest;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects;
import dev.wearon.storage.catalog.Objects.Kept;
import dev.wearon.storage.catalog.RememberedObjects;
import dev.wearon.storage.signing.SignedUrls;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Lists the kept objects of a store, and deletes objects: a store its kept ones, a shopper token its own ones. */
@Path("/api/v1/storage/objects")
class ObjectsResource {

    /** GET {@code imageUrl} returns the image. */
    record KeptImage(String path, String name, String contentType, long size, String imageUrl, Instant createdAt) {}

    record KeptImages(List<KeptImage> objects, String nextCursor) {}

    record Deleted(String path) {}

    private final Objects objects;
    private final RememberedObjects remembered;
    private final SignedUrls signedUrls;
    private final Caller caller;

    ObjectsResource(Objects objects, RememberedObjects remembered, SignedUrls signedUrls, Caller caller) {
        this.objects = objects;
        this.remembered = remembered;
        this.signedUrls = signedUrls;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(Principal.Store.ROLE)
    public Uni<KeptImages> list(
            @QueryParam("kept") String kept, @QueryParam("limit") String limit, @QueryParam("cursor") String cursor) {
        Principal.OfStore store = caller.ofStore();
        Keepers.require(store);
        if (!"true".equals(kept)) {
            throw Problem.invalid("kept must be true, because only kept images are listed.");
        }
        return objects.keptPage(store.storeId(), PageRequest.of(limit, cursor))
                .map(page ->
                        new KeptImages(page.objects().stream().map(this::image).toList(), page.nextCursor()));
    }

    private KeptImage image(Kept object) {
        return new KeptImage(
                object.path().text(),
                object.path().name(),
                object.contentType(),
                object.sizeBytes(),
                signedUrls.read(object.path().text()).url(),
                object.createdAt());
    }

    /** An object that the caller may not delete looks like a missing one, as does one that is deleted already. */
    @DELETE
    @Path("{name}")
    @RolesAllowed({Principal.Store.ROLE, Principal.ShopperToken.ROLE})
    @Cancellable(false)
    public Uni<Deleted> delete(@RestPath String name) {
        Principal.OfStore owner = caller.ofStore();
        if (owner.confinedTo().isEmpty()) {
            Keepers.require(owner);
        }
        List<ObjectPath> paths = ObjectPath.named(owner.storeId(), name);
        return objects.delete(owner.storeId(), owner.confinedTo(), paths)
                // Also after a failure: the object may have been deleted.
                .eventually(() -> paths.forEach(remembered::forget))
                .map(deleted ->
                        new Deleted(deleted.map(ObjectPath::text).orElseThrow(() -> Problem.notFound("The object"))));
    }
}
