package dev.wearon.storage.transfer;

import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.StoredObject;
import dev.wearon.storage.images.ImageType;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Lets the worker read its inputs and store its result by path, without signed URLs. */
@Path("/internal/v1/stores/{store_id}")
@RolesAllowed(Principal.Service.ROLE)
class InternalObjectsResource {

    /** {@code outcome} is {@code stored}, or {@code exists} if the session already has a result, which stays. */
    record Answer(String outcome, String path, Instant expiresAt) {}

    private final ObjectWriter writer;
    private final ObjectReader reader;
    private final TransferConfig config;

    InternalObjectsResource(ObjectWriter writer, ObjectReader reader, TransferConfig config) {
        this.writer = writer;
        this.reader = reader;
        this.config = config;
    }

    @GET
    @Path("/objects")
    public Uni<Response> read(@RestPath("store_id") UUID storeId, @RestQuery String path) {
        if (path == null) {
            throw Problem.invalid("path is missing.");
        }
        return reader.get(
                ObjectPath.parse(path)
                        .filter(it -> it.storeId().equals(storeId))
                        .orElseThrow(() -> Problem.notFound("The object")),
                RangeRequest.ALL_BYTES);
    }

    @PUT
    @Path("/generated/{session_id}")
    public Uni<Answer> store(
            @RestPath("store_id") UUID storeId,
            @RestPath("session_id") UUID sessionId,
            @RestHeader(HttpHeaders.CONTENT_TYPE) String contentType,
            @Context HttpServerRequest request) {
        if (!ImageType.JPEG.contentType().equals(contentType)) {
            throw Problem.of(Problem.Code.UNSUPPORTED_MEDIA_TYPE, "A result must be sent as image/jpeg.");
        }
        ObjectPath path = ObjectPath.generated(storeId, sessionId);
        return writer.write(path, ImageType.JPEG, config.resultMaxBytes(), request)
                .map(result -> switch (result) {
                    case WriteResult.Written written -> answer("stored", written.object());
                    case WriteResult.Repeated repeated -> answer("exists", repeated.object());
                    case WriteResult.Conflict conflict -> answer("exists", conflict.object());
                    case WriteResult.Failed failed -> throw TransferProblems.of(failed);
                });
    }

    private static Answer answer(String outcome, StoredObject object) {
        return new Answer(outcome, object.path().text(), object.expiresAt());
    }
}
