package dev.wearon.storage.transfer;

import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import dev.wearon.routes.JsonRoutes;
import dev.wearon.routes.StreamRoutes;
import dev.wearon.routes.StreamRoutes.Stream;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects.NewObject;
import dev.wearon.storage.faults.Unavailable;
import dev.wearon.storage.images.ImageType;
import dev.wearon.storage.signing.Parameters;
import dev.wearon.storage.signing.Permission;
import dev.wearon.storage.signing.Signer;
import dev.wearon.storage.signing.Verdict;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and stores objects by signed URL. The signature is the permission; no identity is needed. */
@Singleton
class SignedObjectsResource {

    private static final Optional<Class<? extends Principal>> ANYBODY = Optional.empty();

    record Answer(String path, long size) {}

    private final StreamRoutes routes;
    private final Signer signer;
    private final ObjectReader reader;
    private final ObjectWriter writer;

    SignedObjectsResource(StreamRoutes routes, Signer signer, ObjectReader reader, ObjectWriter writer) {
        this.routes = routes;
        this.signer = signer;
        this.reader = reader;
        this.writer = writer;
    }

    void serve(@Observes Router router) {
        routes.serve(
                router,
                "/stores/:store_id/:kind/:name",
                new Stream(HttpMethod.GET, ANYBODY, this::get),
                new Stream(HttpMethod.HEAD, ANYBODY, this::head),
                new Stream(HttpMethod.PUT, ANYBODY, this::put));
    }

    private Uni<Void> get(RoutingContext ctx) {
        return reader.get(readablePath(ctx), rangeRequest(ctx.request()), ctx);
    }

    private Uni<Void> head(RoutingContext ctx) {
        return reader.head(readablePath(ctx), rangeRequest(ctx.request()), ctx);
    }

    private Uni<Void> put(RoutingContext ctx) {
        Permission.Write permission = permission(signer.verifyWrite(signedPath(ctx), Parameters.of(ctx)));
        if (!permission.contentType().equals(ctx.request().getHeader(HttpHeaders.CONTENT_TYPE))) {
            throw Problem.of(
                    Problem.Code.SIGNATURE_INVALID,
                    "The URL is signed for Content-Type: %s.".formatted(permission.contentType()));
        }
        requireSupportedConditions(ctx.request());
        ObjectPath path = path(permission);
        ImageType type = ImageType.of(permission.contentType()).orElseThrow(TransferProblems::signatureInvalid);
        NewObject object = NewObject.upload(path, permission.owner(), permission.kept());
        return writer.write(object, type, permission.maxBytes(), ctx.request())
                .invoke(result -> routes.end(
                        ctx, new JsonRoutes.Answer(HttpResponseStatus.CREATED.code(), Map.of(), answer(path, result))))
                .onFailure()
                .transform(Unavailable::of)
                .replaceWithVoid();
    }

    private static Answer answer(ObjectPath path, WriteResult result) {
        return switch (result) {
            case WriteResult.Written written ->
                new Answer(path.text(), written.object().sizeBytes());
            case WriteResult.Repeated repeated ->
                new Answer(path.text(), repeated.object().sizeBytes());
            case WriteResult.Conflict conflict ->
                throw Problem.of(
                        Problem.Code.OBJECT_EXISTS, "Another image is stored at this path. Request a new upload URL.");
            case WriteResult.Failed failed -> throw TransferProblems.of(failed);
        };
    }

    private ObjectPath readablePath(RoutingContext ctx) {
        return path(permission(signer.verifyRead(signedPath(ctx), Parameters.of(ctx))));
    }

    /** Returns the path as it was sent, not decoded: a signed path contains no encoded characters. */
    private static String signedPath(RoutingContext ctx) {
        return ctx.request().path().substring(1);
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

    /** Several headers are one list of tags. */
    private static Optional<String> tags(HttpServerRequest request, CharSequence name) {
        List<String> headers = request.headers().getAll(name);
        return headers.isEmpty() ? Optional.empty() : Optional.of(String.join(",", headers));
    }

    /** An object is written once, as {@code If-None-Match: *} requires. No other condition on the stored object can be met. */
    private static void requireSupportedConditions(HttpServerRequest request) {
        if (request.headers().contains(HttpHeaders.IF_MATCH)) {
            throw Problem.invalid("An upload does not support If-Match, because an object is written once.");
        }
        if (tags(request, HttpHeaders.IF_NONE_MATCH)
                .filter(tags -> !tags.strip().equals("*"))
                .isPresent()) {
            throw Problem.invalid("An upload supports If-None-Match only with the value *.");
        }
    }

    private static RangeRequest rangeRequest(HttpServerRequest request) {
        return new RangeRequest(
                tags(request, HttpHeaderNames.IF_MATCH),
                tags(request, HttpHeaderNames.IF_NONE_MATCH),
                Optional.ofNullable(request.getHeader(HttpHeaderNames.RANGE)),
                Optional.ofNullable(request.getHeader(HttpHeaderNames.IF_RANGE)));
    }
}
