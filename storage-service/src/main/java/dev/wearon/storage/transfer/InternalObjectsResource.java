package dev.wearon.storage.transfer;

import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import dev.wearon.routes.JsonRoutes;
import dev.wearon.routes.StreamRoutes;
import dev.wearon.routes.StreamRoutes.Stream;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects.NewObject;
import dev.wearon.storage.catalog.StoredObject;
import dev.wearon.storage.faults.Unavailable;
import dev.wearon.storage.images.ImageType;
import dev.wearon.storage.signing.Parameters;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Lets the worker read its inputs and store its result by path, without signed URLs. */
@Singleton
class InternalObjectsResource {

    private static final Optional<Class<? extends Principal>> WORKERS = Optional.of(Principal.Service.class);

    /** {@code outcome} is {@code stored}, or {@code exists} if the session already has a result, which stays. */
    record Answer(String outcome, String path, Instant expiresAt) {}

    private final StreamRoutes routes;
    private final ObjectWriter writer;
    private final ObjectReader reader;
    private final TransferConfig config;

    InternalObjectsResource(StreamRoutes routes, ObjectWriter writer, ObjectReader reader, TransferConfig config) {
        this.routes = routes;
        this.writer = writer;
        this.reader = reader;
        this.config = config;
    }

    void serve(@Observes Router router) {
        routes.serve(
                router,
                "/internal/v1/stores/:store_id/objects",
                new Stream(HttpMethod.GET, WORKERS, this::read),
                new Stream(HttpMethod.HEAD, WORKERS, this::head));
        routes.serve(
                router,
                "/internal/v1/stores/:store_id/generated/:session_id",
                new Stream(HttpMethod.PUT, WORKERS, this::store));
    }

    private Uni<Void> read(RoutingContext ctx) {
        return reader.get(path(ctx), RangeRequest.ALL_BYTES, ctx);
    }

    private Uni<Void> head(RoutingContext ctx) {
        return reader.head(path(ctx), RangeRequest.ALL_BYTES, ctx);
    }

    private static ObjectPath path(RoutingContext ctx) {
        UUID storeId = id(ctx, "store_id");
        String path = parameter(ctx, "path").orElseThrow(() -> Problem.invalid("path is missing."));
        return ObjectPath.parse(path)
                .filter(it -> it.storeId().equals(storeId))
                .orElseThrow(() -> Problem.notFound("The object"));
    }

    private Uni<Void> store(RoutingContext ctx) {
        ObjectPath path = ObjectPath.generated(id(ctx, "store_id"), id(ctx, "session_id"));
        if (!ImageType.JPEG.contentType().equals(ctx.request().getHeader(HttpHeaders.CONTENT_TYPE))) {
            throw Problem.of(Problem.Code.UNSUPPORTED_MEDIA_TYPE, "A result must be sent as image/jpeg.");
        }
        NewObject result = NewObject.result(path, owner(ctx), !unpublished(ctx));
        return writer.write(result, ImageType.JPEG, config.resultMaxBytes(), ctx.request())
                .invoke(written -> routes.end(ctx, JsonRoutes.Answer.ok(answer(written))))
                .onFailure()
                .transform(Unavailable::of)
                .replaceWithVoid();
    }

    /** Whom the result belongs to within the store; empty: to the store alone. */
    private static Optional<UUID> owner(RoutingContext ctx) {
        try {
            return parameter(ctx, "owner").map(UUID::fromString);
        } catch (IllegalArgumentException invalid) {
            throw Problem.invalid("owner must be a UUID.");
        }
    }

    /** Without it the result can be read at once, as an earlier version of the worker expects. */
    private static boolean unpublished(RoutingContext ctx) {
        return parameter(ctx, "unpublished").filter("true"::equals).isPresent();
    }

    private static Optional<String> parameter(RoutingContext ctx, String name) {
        return Parameters.of(ctx).getOrDefault(name, List.of()).stream().findFirst();
    }

    private static UUID id(RoutingContext ctx, String parameter) {
        try {
            return UUID.fromString(ctx.pathParam(parameter));
        } catch (IllegalArgumentException invalid) {
            throw Problem.notFound("The path");
        }
    }

    private static Answer answer(WriteResult result) {
        return switch (result) {
            case WriteResult.Written written -> answer("stored", written.object());
            case WriteResult.Repeated repeated -> answer("exists", repeated.object());
            case WriteResult.Conflict conflict -> answer("exists", conflict.object());
            case WriteResult.Failed failed -> throw TransferProblems.of(failed);
        };
    }

    private static Answer answer(String outcome, StoredObject object) {
        return new Answer(outcome, object.path().text(), object.expiresAt());
    }
}
