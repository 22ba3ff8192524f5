package dev.wearon.storage.transfer;

import dev.wearon.http.Problem;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.images.ImageType;
import dev.wearon.storage.signing.Permission;
import dev.wearon.storage.signing.Signer;
import dev.wearon.storage.signing.Verdict;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestHeader;

/** The upload itself: no identity, the signature is the permission. */
@Path("/stores/{store_id}/{kind}/{name}")
class SignedUploadsResource {

    record Answer(String path, long size) {}

    private final Signer signer;
    private final Intake intake;

    SignedUploadsResource(Signer signer, Intake intake) {
        this.signer = signer;
        this.intake = intake;
    }

    @PUT
    @ResponseStatus(201)
    public Uni<Answer> put(
            @Context HttpServerRequest request,
            @Context UriInfo uri,
            @RestHeader(HttpHeaders.CONTENT_TYPE) String contentType) {
        Permission.Write permission =
                switch (signer.verifyWrite(request.path().substring(1), uri.getQueryParameters())) {
                    case Verdict.Granted<Permission.Write> granted -> granted.permission();
                    case Verdict.Expired<Permission.Write> expired -> throw Refusals.urlExpired();
                    case Verdict.Invalid<Permission.Write> invalid -> throw Refusals.signatureInvalid();
                };
        if (!permission.contentType().equals(contentType)) {
            throw Problem.of(
                    Problem.Code.SIGNATURE_INVALID,
                    "The URL is signed for Content-Type: %s.".formatted(permission.contentType()));
        }
        ObjectPath path = ObjectPath.parse(permission.path()).orElseThrow(Refusals::signatureInvalid);
        ImageType type = ImageType.of(permission.contentType()).orElseThrow(Refusals::signatureInvalid);
        return intake.take(path, type, permission.maxBytes(), request).map(stored -> switch (stored) {
            case Stored.Written written ->
                new Answer(path.text(), written.object().sizeBytes());
            case Stored.Repeated repeated ->
                new Answer(path.text(), repeated.object().sizeBytes());
            case Stored.Taken taken ->
                throw Problem.of(
                        Problem.Code.OBJECT_EXISTS,
                        "Another image lies at this path already. Ask for a new upload URL.");
            case Stored.Refused refused -> throw Refusals.of(refused);
        });
    }
}
