package dev.wearon.storage.transfer;

import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.signing.Permission;
import dev.wearon.storage.signing.Signer;
import dev.wearon.storage.signing.Verdict;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;

/** Reading by signed URL: no identity, the signature is the permission. */
@Path("/stores/{store_id}/{kind}/{name}")
class SignedObjectsResource {

    private final Signer signer;
    private final Reading reading;

    SignedObjectsResource(Signer signer, Reading reading) {
        this.signer = signer;
        this.reading = reading;
    }

    @GET
    public Uni<Response> get(@Context HttpServerRequest request, @Context UriInfo uri) {
        return reading.get(permitted(request, uri), wish(request));
    }

    @HEAD
    public Uni<Response> head(@Context HttpServerRequest request, @Context UriInfo uri) {
        return reading.head(permitted(request, uri), wish(request));
    }

    private static Wish wish(HttpServerRequest request) {
        return new Wish(
                Optional.ofNullable(request.getHeader("If-None-Match")),
                Optional.ofNullable(request.getHeader("Range")),
                Optional.ofNullable(request.getHeader("If-Range")));
    }

    private ObjectPath permitted(HttpServerRequest request, UriInfo uri) {
        // The path as it was sent: what was signed needs no decoding.
        String path = request.path().substring(1);
        return switch (signer.verifyRead(path, uri.getQueryParameters())) {
            case Verdict.Granted<Permission.Read> granted ->
                ObjectPath.parse(granted.permission().path()).orElseThrow(Refusals::signatureInvalid);
            case Verdict.Expired<Permission.Read> expired -> throw Refusals.urlExpired();
            case Verdict.Invalid<Permission.Read> invalid -> throw Refusals.signatureInvalid();
        };
    }
}
