package dev.wearon.storage.transfer;

import dev.wearon.http.Problem;
import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.Content;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.RememberedObjects;
import dev.wearon.storage.catalog.StoredObject;
import dev.wearon.storage.transfer.RangeRequest.Portion;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.Response.Status;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.PathPart;

/** Answers with an object's bytes, a range of them, or its headers only. A missing object is a 404. */
@ApplicationScoped
class ObjectReader {

    private static final Logger LOG = Logger.getLogger(ObjectReader.class);
    private static final String CONTENT_RANGE = "Content-Range";

    private final RememberedObjects objects;
    private final Backend backend;

    ObjectReader(RememberedObjects objects, Backend backend) {
        this.objects = objects;
        this.backend = backend;
    }

    Uni<Response> get(ObjectPath path, RangeRequest request) {
        return find(path)
                .chain(object -> {
                    if (request.isNotModified(etag(object))) {
                        return notModified(object);
                    }
                    return switch (request.portion(etag(object), object.sizeBytes())) {
                        case Portion.Whole whole ->
                            bytes(object, 0, object.sizeBytes()).map(bytes -> bytes.status(Status.OK));
                        case Portion.Part part ->
                            bytes(object, part.from(), part.length()).map(bytes -> bytes.status(Status.PARTIAL_CONTENT)
                                    .header(
                                            CONTENT_RANGE,
                                            "bytes %d-%d/%d".formatted(part.from(), part.last(), object.sizeBytes())));
                        case Portion.OutOfRange none ->
                            Uni.createFrom()
                                    .item(Response.status(Status.REQUESTED_RANGE_NOT_SATISFIABLE)
                                            .header(CONTENT_RANGE, "bytes */%d".formatted(object.sizeBytes())));
                    };
                })
                .map(ResponseBuilder::build);
    }

    /** Answers with headers only. A range is ignored, because HTTP defines ranges for GET only (RFC 9110, 14.2). */
    Uni<Response> head(ObjectPath path, RangeRequest request) {
        return find(path)
                .chain(object -> request.isNotModified(etag(object))
                        ? notModified(object)
                        : Uni.createFrom().item(withContentHeaders(object, object.sizeBytes())))
                .map(ResponseBuilder::build);
    }

    private Uni<StoredObject> find(ObjectPath path) {
        return objects.findLive(path).map(found -> found.orElseThrow(() -> Problem.notFound("The object")));
    }

    private Uni<ResponseBuilder> bytes(StoredObject object, long from, long length) {
        return backend.read(object.blob(), from, length).map(found -> {
            Content content = found.orElseThrow(() -> {
                // The row may have been deleted since it was read.
                objects.forget(object.path());
                LOG.errorf("%s has a row, but its bytes are missing or incomplete", object.path());
                return Problem.notFound("The object");
            });
            return switch (content) {
                case Content.InFile file ->
                    withContentHeaders(object, length).entity(new PathPart(file.file(), file.from(), file.length()));
                case Content.Streamed streamed ->
                    withContentHeaders(object, length).entity(streamed);
            };
        });
    }

    private ResponseBuilder withContentHeaders(StoredObject object, long length) {
        return withCacheHeaders(Response.ok(), object)
                .type(object.contentType())
                .header(HttpHeaders.CONTENT_LENGTH, length)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "inline; filename=\"%s\"".formatted(object.path().name()))
                // Keeps a browser from detecting a script in an image, and from running one.
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    }

    private Uni<ResponseBuilder> notModified(StoredObject object) {
        return Uni.createFrom().item(withCacheHeaders(Response.notModified(), object));
    }

    /** Lets only the client cache the object, until the object expires. Its bytes never change. */
    private ResponseBuilder withCacheHeaders(ResponseBuilder response, StoredObject object) {
        return response.header(HttpHeaders.ETAG, etag(object))
                .header(
                        HttpHeaders.CACHE_CONTROL,
                        "private, max-age=%d".formatted(object.remaining().toSeconds()))
                .header("Accept-Ranges", "bytes");
    }

    private static String etag(StoredObject object) {
        return '"' + object.sha256() + '"';
    }
}
