package dev.wearon.storage.transfer;

import dev.wearon.http.Problem;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.images.ImageType;
import dev.wearon.storage.signing.Permission;
import dev.wearon.storage.signing.Signer;
import dev.wearon.storage.signing.Verdict;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestHeader;

/** Reads and stores objects by signed URL. The signature is the permission; no identity is needed. */
@Path("/stores/{store_id}/{kind}/{name}")
class SignedObjectsResource {

    record Answer(String path, long size) {}

    private final Signer signer;
    private final ObjectReader reader;
    private final ObjectWriter writer;

    SignedObjectsResource(Signer signer, ObjectReader reader, ObjectWriter writer) {
        this.signer = signer;
        this.reader = reader;
        this.writer = writer;
    }

    @GET
    public Uni<Response> get(@Context HttpServerRequest request, @Context UriInfo uri) {
        return reader.get(readablePath(request, uri), rangeRequest(request));
    }

    @HEAD
    public Uni<Response> head(@Context HttpServerRequest request, @Context UriInfo uri) {
        return reader.head(readablePath(request, uri), rangeRequest(request));
    }

    @PUT
    @ResponseStatus(201)
    public Uni<Answer> put(
            @Context HttpServerRequest request,
            @Context UriInfo uri,
            @RestHeader(HttpHeaders.CONTENT_TYPE) String contentType) {
        Permission.Write permission = permission(signer.verifyWrite(signedPath(request), uri.getQueryParameters()));
        if (!permission.contentType().equals(contentType)) {
            throw Problem.of(
                    Problem.Code.SIGNATURE_INVALID,
                    "The URL is signed for Content-Type: %s.".formatted(permission.contentType()));
        }
        ObjectPath path = path(permission);
        ImageType type = ImageType.of(permission.contentType()).orElseThrow(TransferProblems::signatureInvalid);
        return writer.write(path, type, permission.maxBytes(), request).map(result -> switch (result) {
            case WriteResult.Written written ->
                new Answer(path.text(), written.object().sizeBytes());
            case WriteResult.Repeated repeated ->
                new Answer(path.text(), repeated.object().sizeBytes());
            case WriteResult.Conflict conflict ->
                throw Problem.of(
                        Problem.Code.OBJECT_EXISTS, "Another image is stored at this path. Request a new upload URL.");
            case WriteResult.Failed failed -> throw TransferProblems.of(failed);
        });
    }

    private ObjectPath readablePath(HttpServerRequest request, UriInfo uri) {
        return path(permission(signer.verifyRead(signedPath(request), uri.getQueryParameters())));
    }

    /** Returns the path as it was sent, not decoded: a signed path contains no encoded characters. */
    private static String signedPath(HttpServerRequest request) {
        return request.path().substring(1);
    }

    private static <P extends Permission> P permission(Verdict<P> verdict) {
        return switch (verdict) {
            case Verdict.Granted<P> granted -> granted.permission();
            case Verdict.Expired<P> expired -> throw TransferProblems.urlExpired();
            case Verdict.Invalid<P> invalid -> throw TransferProblems.signatureInvalid();
        };
    }

    private static ObjectPath path(Permission permission) {
        return ObjectPath.parse(permission.path()).orElseThrow(TransferProblems::signatureInvalid);
    }

    private static RangeRequest rangeRequest(HttpServerRequest request) {
        return new RangeRequest(
                Optional.ofNullable(request.getHeader("If-None-Match")),
                Optional.ofNullable(request.getHeader("Range")),
                Optional.ofNullable(request.getHeader("If-Range")));
    }
}
