package dev.wearon.storage.transfer;

import dev.wearon.http.Problem;
import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.BackendFault;
import dev.wearon.storage.backends.Content;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.RememberedObjects;
import dev.wearon.storage.catalog.StoredObject;
import dev.wearon.storage.faults.Unavailable;
import dev.wearon.storage.transfer.RangeRequest.Portion;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Answers with an object's bytes, a range of them, or its headers only. A missing object is a 404. */
@ApplicationScoped
class ObjectReader {

    private static final Logger LOG = Logger.getLogger(ObjectReader.class);

    private static final CharSequence CONTENT_DISPOSITION = HttpHeaders.createOptimized("Content-Disposition");
    private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence CONTENT_POLICY = HttpHeaders.createOptimized("Content-Security-Policy");
    private static final CharSequence NO_SCRIPTS =
            HttpHeaders.createOptimized("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    private static final CharSequence BYTES = HttpHeaders.createOptimized("bytes");

    /** A kept object has no end, and its store may delete it. */
    private static final Duration MAX_AGE = Duration.ofDays(1);

    private final RememberedObjects objects;
    private final Backend backend;

    ObjectReader(RememberedObjects objects, Backend backend) {
        this.objects = objects;
        this.backend = backend;
    }

    /** Completes when the response has ended. */
    Uni<Void> get(ObjectPath path, RangeRequest request, RoutingContext ctx) {
        return find(path, request)
                .chain(object -> {
                    HttpServerResponse response = ctx.response();
                    if (request.isNotModified(etag(object))) {
                        return notModified(object, response);
                    }
                    return switch (request.portion(etag(object), object.sizeBytes())) {
                        case Portion.Whole whole ->
                            read(object, 0, object.sizeBytes()).chain(content -> {
                                addContentHeaders(object, object.sizeBytes(), response);
                                return send(object, content, ctx);
                            });
                        case Portion.Part part ->
                            read(object, part.from(), part.length()).chain(content -> {
                                response.setStatusCode(HttpResponseStatus.PARTIAL_CONTENT.code())
                                        .putHeader(HttpHeaders.CONTENT_RANGE, range(part, object));
                                addContentHeaders(object, part.length(), response);
                                return send(object, content, ctx);
                            });
                        case Portion.OutOfRange none ->
                            end(response.setStatusCode(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE.code())
                                    .putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + object.sizeBytes()));
                    };
                })
                .onFailure()
                .transform(Unavailable::of);
    }

    /** Answers with headers only. A range is ignored, because HTTP defines ranges for GET only (RFC 9110, 14.2). */
    Uni<Void> head(ObjectPath path, RangeRequest request, RoutingContext ctx) {
        return find(path, request)
                .chain(object -> {
                    if (request.isNotModified(etag(object))) {
                        return notModified(object, ctx.response());
                    }
                    addContentHeaders(object, object.sizeBytes(), ctx.response());
                    return end(ctx.response());
                })
                .onFailure()
                .transform(Unavailable::of);
    }

    private Uni<StoredObject> find(ObjectPath path, RangeRequest request) {
        return objects.findLive(path)
                .map(found -> found.orElseThrow(() -> Problem.notFound("The object")))
                .invoke(object -> {
                    if (request.requiresAnother(etag(object))) {
                        throw Problem.of(Problem.Code.PRECONDITION_FAILED, "The object has another ETag.");
                    }
                });
    }

    private Uni<Content> read(StoredObject object, long from, long length) {
        return backend.read(object.blob(), from, length).map(found -> found.orElseThrow(() -> missing(object)));
    }

    private Uni<Void> send(StoredObject object, Content content, RoutingContext ctx) {
        return Sending.send(content, ctx)
                .onFailure(Sending.NotOpened.class)
                .recoverWithUni(unopened -> fail(object, unopened.getCause()));
    }

    /** Asks the backend whether there is a file that could not be opened: a missing one is a 404. */
    private Uni<Void> fail(StoredObject object, Throwable unopened) {
        return backend.size(object.blob()).map(size -> {
            throw size.isPresent() ? new BackendFault(unopened) : missing(object);
        });
    }

    private Problem missing(StoredObject object) {
        // The row may have been deleted since it was read.
        objects.forget(object.path());
        LOG.errorf("%s has a row, but its bytes are missing or incomplete", object.path());
        return Problem.notFound("The object");
    }

    private static void addContentHeaders(StoredObject object, long length, HttpServerResponse response) {
        addCacheHeaders(object, response);
        response.putHeader(HttpHeaders.CONTENT_TYPE, object.contentType())
                .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length))
                .putHeader(
                        CONTENT_DISPOSITION,
                        "inline; filename=\"" + object.path().name() + '"')
                // Keeps a browser from detecting a script in an image, and from running one.
                .putHeader(CONTENT_TYPE_OPTIONS, NOSNIFF)
                .putHeader(CONTENT_POLICY, NO_SCRIPTS);
    }

    private static Uni<Void> notModified(StoredObject object, HttpServerResponse response) {
        addCacheHeaders(object, response);
        return end(response.setStatusCode(HttpResponseStatus.NOT_MODIFIED.code()));
    }

    /** Lets only the client cache the object, until the object expires, at most a day. Its bytes never change. */
    private static void addCacheHeaders(StoredObject object, HttpServerResponse response) {
        response.putHeader(HttpHeaders.ETAG, etag(object))
                .putHeader(
                        HttpHeaders.CACHE_CONTROL,
                        "private, max-age=" + Math.min(object.remaining().toSeconds(), MAX_AGE.toSeconds()))
                .putHeader(HttpHeaders.ACCEPT_RANGES, BYTES);
    }

    /** A client that has left is no error. */
    private static Uni<Void> end(HttpServerResponse response) {
        response.end();
        return Uni.createFrom().voidItem();
    }

    private static String range(Portion.Part part, StoredObject object) {
        return "bytes " + part.from() + '-' + part.last() + '/' + object.sizeBytes();
    }

    private static String etag(StoredObject object) {
        return '"' + object.sha256() + '"';
    }
}
